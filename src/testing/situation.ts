import type { JsonObject, JsonValue } from '../document/json.ts';
import type { MessageAction, MessageParameterLocation } from '../asyncapi/channel-operation.ts';
import type { HttpRequest, RequestValues } from '../openapi/operation.ts';

/** Why a step failed. `response`, `message`, `answer`: one came, of an API or of a person, and is not a success. */
export type FailureKind =
  | 'response'
  | 'message'
  | 'network'
  | 'timeout'
  | 'request'
  | 'interrupted'
  | 'internal'
  | 'maxSteps'
  | 'answer'
  | 'declined';

/** What is known of a failed attempt; `attempt` is 0 where none was made (a wait that ran out of time). */
export interface Failure {
  readonly kind: FailureKind;
  readonly stepId: string;
  readonly attempt: number;
  /** The name of the failure action that was taken: a `goto` or an `end`. */
  readonly reason?: string;
  readonly statusCode?: number;
  readonly errorType?: string;
  readonly message: string;
  /** The failure action of type `end` that ended the run. */
  readonly endedBy?: string;
  /** Epoch milliseconds: when the server says that it may be asked again. */
  readonly retryAt?: number;
}

/** A submitted value that was not taken, and the rule it breaks: a JSON Schema keyword, or `notAsked`. */
export interface Rejection {
  /** The input; '' where the inputs together break the rule. */
  readonly input: string;
  readonly rule: string;
}

/** What tells something that is sent from all else that a run sends. */
export interface Sending {
  /**
   * Which of them it is, from 1 on. What is sent again after a restart, with the same idempotency key, is the same; a
   * retry, another visit of the step and what runs before a retry are not.
   */
  readonly sending: number;
  /** It may not be sent again: after a restart it counts as lost, of the kind `interrupted`. */
  readonly isAtMostOnce?: true;
}

/**
 * Where a run stands: what it waits for. `stepId` is the step's in its own workflow, and the workflowId before a
 * workflow that `dependsOn` asks for.
 */
export type Situation = {
  /**
   * The calls that the run is inside of, outermost first; empty in the workflow it was started with. A call is
   * named by the step that makes it, and by the workflowId where it is no step: a `goto`, a `retry`, `dependsOn`.
   */
  readonly path: readonly string[];
} & (
  | ({
      readonly kind: 'request';
      readonly stepId: string;
      readonly attempt: number;
      readonly call: RequestValues;
      readonly request: HttpRequest;
    } & Sending)
  | ({
      readonly kind: 'message';
      readonly stepId: string;
      readonly attempt: number;
      readonly call: MessageValues;
    } & Sending)
  /** No request can be made of the step. Any happening but `cancel` goes on with the step's failure. */
  | {
      readonly kind: 'unsendable';
      readonly stepId: string;
      readonly attempt: number;
      readonly call: RequestValues;
      readonly problem: string;
    }
  | {
      readonly kind: 'input';
      readonly stepId: string;
      readonly missing: readonly string[];
      readonly rejection?: readonly Rejection[];
      readonly failure?: Failure;
      /** Epoch milliseconds: from when on `repeat` is taken; absent where there is nothing to wait for. */
      readonly repeatAt?: number;
      /** Epoch milliseconds: the end of the wait's time. */
      readonly expiresAt?: number;
    }
  /** A person is asked: an answer, a refusal or the end of the time goes on. */
  | {
      readonly kind: 'interaction';
      readonly stepId: string;
      readonly attempt: number;
      readonly prompt: string;
      readonly context: JsonObject;
      /** Where a redirect leads; absent where no URL can be made. */
      readonly url?: string;
      readonly rejection?: readonly Rejection[];
      readonly failure?: Failure;
      /** Epoch milliseconds: the end of the wait's time. */
      readonly expiresAt?: number;
    }
  /** `until` is in epoch milliseconds. */
  | { readonly kind: 'delay'; readonly stepId: string; readonly until: number }
);

/** What a step sends over a channel, or waits for there. */
export interface MessageValues {
  readonly action: MessageAction;
  readonly channel: string;
  /** Its variables replaced, as far as the step gives them. */
  readonly address?: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: MessageParameterLocation;
    readonly value: JsonValue;
  }[];
  readonly body?: RequestValues['body'];
  readonly correlationId?: JsonValue;
}

/** What happens next. One that does not fit the situation changes nothing. */
export type Happening =
  | {
      readonly type: 'response';
      readonly statusCode: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: JsonValue;
    }
  /** A message came that correlates; to a step that sends: that it is sent, whatever is said of it here. */
  | {
      readonly type: 'message';
      readonly headers?: Readonly<Record<string, string>>;
      readonly payload?: JsonValue;
    }
  | {
      readonly type: 'lost';
      readonly kind: Exclude<FailureKind, 'response' | 'message' | 'maxSteps' | 'answer' | 'declined'>;
    }
  /** The delay, or the time of a wait, is over. */
  | { readonly type: 'elapsed' }
  | { readonly type: 'submit'; readonly values: JsonObject }
  | { readonly type: 'decline' }
  | { readonly type: 'repeat' }
  | { readonly type: 'revise'; readonly input: string }
  | { readonly type: 'cancel' };

/** How a run ended. */
export interface Ended {
  readonly status: 'done' | 'failed' | 'cancelled';
  readonly outputs: JsonObject;
  readonly failure?: Failure;
}
