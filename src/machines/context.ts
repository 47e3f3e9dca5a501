import type { JsonObject, JsonValue } from '../document/json.ts';
import type { ResponseRecord } from '../expressions/scope.ts';
import type { ParameterValue } from '../openapi/operation.ts';

/** Why a step, or the run, did not succeed. `message`: one came, and the step's criteria do not hold. */
export type FailureKind =
  | 'response'
  | 'message'
  | 'network'
  | 'timeout'
  | 'request'
  | 'interrupted'
  | 'internal'
  | 'maxSteps'
  /** A person answered, and not as the step's criteria ask. */
  | 'answer'
  /** A person did not want to answer. */
  | 'declined';

/** A failed attempt, or the failure that ended a run. Plain JSON, made for a UI to act on. */
export interface Failure {
  readonly kind: FailureKind;
  /** Absent where the run failed before its first step. */
  readonly stepId?: string;
  /** 1 for the first attempt of the step's visit; 0 where none was made yet. */
  readonly attempt?: number;
  /** The name of the failure action that was taken. */
  readonly reason?: string;
  readonly statusCode?: number;
  /** The API's own type of the error, where its body says one. */
  readonly errorType?: string;
  /** The API's own message, or what happened in a sentence. */
  readonly message: string;
  /** The body of the response, where it is JSON or text of at most 16 KiB. */
  readonly body?: JsonValue;
  /** When the API will take another attempt, epoch milliseconds. */
  readonly retryAt?: number;
  /** The name of the failure action of type `end` that ended the run. */
  readonly endedBy?: string;
}

/** Why a submitted value was not taken. Never holds the value. `input` is empty where all values together are wrong. */
export interface Rejection {
  readonly input: string;
  /** The JSON Schema keyword that was not met, `json` (it is not JSON), `size` (it is too large), `notAsked` (the input belongs elsewhere), or `cooldown`. */
  readonly rule: string;
  readonly message: string;
}

/** What a person is asked by an interaction, evaluated when it was come to; or why it cannot be asked. */
export type Question =
  | {
      readonly prompt: string;
      readonly context: JsonObject;
      /** Where a redirect leads, where the document gives its URL. */
      readonly url?: string;
      /** The parameters of the operation that a redirect leads to. */
      readonly parameters?: readonly ParameterValue[];
    }
  | { readonly problem: string };

/** What is known of one workflow of a run: the run's own, or one that it called. Plain JSON. */
export interface Frame<Inputs = JsonObject> {
  readonly inputs: Partial<Inputs>;
  readonly steps: Readonly<Record<string, { readonly outputs: JsonObject }>>;
  /** How many requests of the current step's visit were prepared; 0 between visits. */
  readonly attempt: number;
  /** The retries of the current step's visit, by the name of the action. */
  readonly attempts: Readonly<Record<string, number>>;
  /**
   * How often steps were entered, their own retries not counted: those that a run can come back to, and those that
   * others depend on. The rest are entered once at most.
   */
  readonly visits: Readonly<Record<string, number>>;
  /** When each repeatable step's last attempt ended, epoch milliseconds. */
  readonly endedAt: Readonly<Record<string, number>>;
  /** Inputs given at the start were refused. */
  readonly refused?: true | undefined;
  /** It did not run at all: something that must come before has not run. */
  readonly unmet?: true;
  readonly rejection?: readonly Rejection[] | undefined;
  /** When the current backoff is over, epoch milliseconds. */
  readonly retryAt?: number | undefined;
  /** The retry action that is waited for, where something runs before the retry. */
  readonly retrying?: string | undefined;
  /** How often something was to run before a retry. */
  readonly recoveries?: number;
  /** What that retry action hands to the workflow that runs before. */
  readonly handed?: JsonObject | undefined;
  /** When the current wait for a person is over, epoch milliseconds. */
  readonly expiresAt?: number | undefined;
  /** What the interaction that is waited in asks. */
  readonly question?: Question | undefined;
  /** The step that is being run again, and the waiting state that asked for it. */
  readonly repeat?: { readonly stepId: string; readonly state: string } | undefined;
  /** The path of the workflow that control has passed to: its outputs are this one's. */
  readonly transferred?: string;
  /** The last response, kept where the caller looks at it. */
  readonly last?: ResponseRecord | undefined;
}

/** What a run knows. Plain JSON; absent is absent, never `null`. */
export interface WorkflowContext<Inputs = JsonObject> extends Frame<Inputs> {
  /** The hash of the plan and the machine's shape. */
  readonly plan: string;
  readonly run: {
    /** Random and unguessable where `run/` or `server/` made it; absent where nobody gave one. */
    readonly id?: string;
    /** How many steps were begun, each attempt counted, in all workflows. */
    readonly executed: number;
  };
  /** The last failure, of whichever workflow; gone with the next accepted submit or repeat, and the next success. */
  readonly failure?: Failure | undefined;
  /** The data of called workflows, by the dotted path of the state that they run in. */
  readonly calls: Readonly<Record<string, Frame>>;
  /** The last finished run of each called workflow, for `$workflows.<workflowId>`. */
  readonly finished: Readonly<Record<string, { readonly inputs: JsonObject; readonly outputs: JsonObject }>>;
}

/** What a machine is started with. */
export interface WorkflowInput<Inputs = JsonObject> {
  /** The inputs known at the start; what is missing is asked for when it is needed. Default: none. */
  readonly inputs?: Partial<Inputs>;
  /** Names the run; part of each request's idempotency key. */
  readonly runId?: string;
}

/** How a run ended. */
export type WorkflowOutput<Outputs = JsonObject> =
  | { readonly status: 'done'; readonly outputs: Outputs }
  | { readonly status: 'failed'; readonly failure: Failure; readonly outputs: Partial<Outputs> }
  | { readonly status: 'cancelled'; readonly outputs: Partial<Outputs> };

/** What a person, or a program in their place, may send. */
export type WorkflowEvent<Inputs = JsonObject, Answers = never> =
  /** Inputs that a waiting state asks for, or the answer to an interaction. */
  | { readonly type: 'submit'; readonly values: Partial<Inputs> | Answers }
  /** A person does not want to answer an interaction. */
  | { readonly type: 'decline' }
  | { readonly type: 'repeat' }
  | {
      readonly type: 'revise';
      readonly input: [keyof Inputs] extends [never] ? string : keyof Inputs & string;
    }
  | { readonly type: 'cancel' };

/** A criterion that counted as false because it could not be evaluated. */
export interface CriterionProblem {
  /** The criterion as its author wrote it, cut where it is long. */
  readonly criterion: string;
  /** Why, in a sentence that holds no value. */
  readonly message: string;
}

/** What an emitted event says of an attempt that was judged. */
interface Judged {
  readonly attempt: number;
  /** The criteria, of those that were tried, that could not be evaluated; absent where there are none. */
  readonly problems?: readonly CriterionProblem[];
}

/** Which step an emitted event speaks of; `path` is the dotted path of the state in which its workflow was called. */
interface AboutStep<StepId extends string> {
  readonly stepId: StepId;
  readonly path?: string;
}

/** What a machine emits, for progress and logs. Holds no secrets. */
export type WorkflowEmitted<StepId extends string = string> = AboutStep<StepId> &
  (
    | { readonly type: 'step.started'; readonly attempt: number }
    /** `statusCode` is absent for a step that sent no request: it called a workflow, or used a channel. */
    | ({ readonly type: 'step.succeeded'; readonly statusCode?: number } & Judged)
    | ({ readonly type: 'step.failed'; readonly failure: Failure } & Judged)
    | {
        readonly type: 'step.retrying';
        readonly attempt: number;
        readonly delayMs: number;
        readonly retryAt: number;
      }
    | { readonly type: 'input.required'; readonly inputs: readonly string[] }
  );
