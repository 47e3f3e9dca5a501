import type { JsonValue } from '../document/json.ts';
import type { Criterion } from '../expressions/criterion.ts';
import type { SelectorType } from '../expressions/expression-type.ts';
import type { Pointer, RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
import type { ChannelOperation, MessageParameterLocation } from '../asyncapi/channel-operation.ts';
import type { Operation, ParameterLocation } from '../openapi/operation.ts';

/**
 * A workflow with everything it refers to, linked: the hub of the package. Machines, diagrams, test paths and
 * generated modules are made from it. Frozen and plain JSON: it can be stored beside a run and read back.
 */
export interface WorkflowPlan {
  /** The version of this format. */
  readonly format: 1;
  readonly workflowId: string;
  readonly summary?: string;
  readonly description?: string;
  /** The source descriptions by name, for `$sourceDescriptions.…`. */
  readonly sourceDescriptions: Readonly<Record<string, { readonly url: string; readonly type: string }>>;
  /** The document's `$self`. */
  readonly self?: string;
  readonly inputs: readonly InputPlan[];
  /** The JSON Schema of all inputs together, without the `required` of those that can be asked for. */
  readonly inputSchema: JsonValue;
  /** What it depends on comes first, then its steps in document order; at least one. */
  readonly steps: readonly StepPlan[];
  readonly outputs: readonly OutputPlan[];
  /** JSON Pointer of the workflow in its document. */
  readonly pointer: string;
}

/** Why an input must be there before a step that refers to it can run. */
export type RequiredBecause = 'required' | 'path' | 'parameter' | 'body' | 'text';

/** An input of a workflow. */
export interface InputPlan {
  readonly name: string;
  readonly schema: JsonValue;
  /** Present: it is needed and has no default, so it is asked for when it is absent. */
  readonly requiredBecause?: RequiredBecause;
  /** Named in `required`, but no step refers to it: asked for by nobody, and insisted on where nothing is deferred. */
  readonly requiredAtStart?: true;
  /** The stepId of its home: the first step, in document order, that refers to it. */
  readonly home?: string;
  /** Masked in events, logs and progress. */
  readonly secret: boolean;
  /** What to choose from, taken from what an earlier step returned. */
  readonly choices?: ChoicesPlan;
  /** Given by whoever runs the workflow: where a redirect comes back to, or the random value that it comes back with. */
  readonly callback?: 'url' | 'state';
}

/** What to choose from: a list, and where the value and the label are in each item. */
export interface ChoicesPlan {
  readonly from: RuntimeExpression;
  readonly value: Pointer;
  readonly label: Pointer;
}

/** An output of a step or a workflow. */
export interface OutputPlan {
  readonly name: string;
  readonly value: Template;
  readonly secret: boolean;
}

/** A step: it calls an operation or a workflow, sends or receives a message, or asks a person. */
export type StepPlan = OperationStepPlan | WorkflowStepPlan | MessageStepPlan | InteractionStepPlan;

/** A step that an actor performs. */
export type PerformedStepPlan = OperationStepPlan | MessageStepPlan;

/** What all steps have. */
interface CommonStepPlan {
  readonly stepId: string;
  readonly description?: string;
  /** JSON Pointer of the step in its document. */
  readonly pointer: string;
  /** The name of the state in which it is under way. */
  readonly state: string;
  /** Absent: a 2xx status code, a called workflow that is done, or any message is a success. */
  readonly successCriteria?: readonly Criterion[];
  /** Tried in order on success; none matches: the next step. */
  readonly onSuccess: readonly SuccessActionPlan[];
  /** Tried in order on failure; none matches: the workflow has failed. */
  readonly onFailure: readonly FailureActionPlan[];
  /** Tried before `onFailure` when the time of the step is over. Not of a called workflow, whose time is not limited. */
  readonly onTimeout?: readonly FailureActionPlan[];
  /** Tried before `onFailure` when a person declines. */
  readonly onCancel?: readonly FailureActionPlan[];
  readonly outputs: readonly OutputPlan[];
  /** The names of all inputs that it refers to. */
  readonly inputs: readonly string[];
  /** The steps that must have run before it, where the document says so. */
  readonly after?: readonly StepDependency[];
  /** May be run again from a waiting state, once the cooldown is over. */
  readonly repeatable?: { readonly cooldownMs: number };
  /** How long its waiting state may wait, in milliseconds. */
  readonly waitLimitMs?: number;
}

/** A step of this workflow, or of another one, that must have run before. */
export type StepDependency = { readonly stepId: string } | { readonly workflowId: string };

/** A step that calls an OpenAPI operation. */
export interface OperationStepPlan extends CommonStepPlan {
  readonly kind: 'operation';
  readonly operation: Operation;
  readonly parameters: readonly ParameterPlan[];
  readonly body?: BodyPlan;
  /** Milliseconds for one attempt. */
  readonly timeoutMs?: number;
  /** Never sent again when its fate is unknown. */
  readonly atMostOnce: boolean;
}

/** A step that sends a message, or receives one, over a channel of AsyncAPI. */
export interface MessageStepPlan extends CommonStepPlan {
  readonly kind: 'message';
  readonly channelOperation: ChannelOperation;
  readonly parameters: readonly MessageParameterPlan[];
  /** Of `send`: the payload. */
  readonly body?: BodyPlan;
  /** Of `receive`: the id that the message must have. */
  readonly correlationId?: Template;
  /** Milliseconds for one attempt. */
  readonly timeoutMs?: number;
  /** Never sent again when its fate is unknown. */
  readonly atMostOnce: boolean;
}

/** A parameter of a step that sends or receives a message, its expressions not yet evaluated. */
export interface MessageParameterPlan {
  readonly name: string;
  readonly in: MessageParameterLocation;
  readonly value: Template;
  /** Nothing can be done without it: the message's headers require it, or the channel's address has it. */
  readonly required: boolean;
}

/** A step that calls a workflow. */
export interface WorkflowStepPlan extends CommonStepPlan {
  readonly kind: 'workflow';
  readonly call: CallPlan;
  /** It stands for an entry of the workflow's `dependsOn`: its failure is the run's own. */
  readonly isDependency: boolean;
}

/** A step that asks a person, or sends their browser elsewhere, and waits for what comes back (draft of 1.2). */
export interface InteractionStepPlan extends CommonStepPlan {
  readonly kind: 'interaction';
  readonly mode: 'form' | 'redirect' | 'acknowledge';
  readonly prompt: Template;
  /** What is shown beside the prompt. */
  readonly context: readonly { readonly name: string; readonly value: Template }[];
  /** The JSON Schema of the answer. */
  readonly schema: JsonValue;
  /** The members of the answer that the schema names. */
  readonly fields: readonly AnswerField[];
  /** Where the browser is sent; of the mode `redirect` only. */
  readonly redirect?: RedirectPlan;
  /** How long the answer is waited for, in milliseconds; absent: for ever. */
  readonly timeoutMs?: number;
}

/** A member of an answer. */
export interface AnswerField extends Pick<InputPlan, 'name' | 'schema' | 'secret' | 'choices'> {
  /** Required, and without a default. */
  readonly required: boolean;
}

/** Where a redirect leads. */
export type RedirectPlan =
  | { readonly kind: 'url'; readonly url: Template }
  | {
      readonly kind: 'operation';
      readonly operation: Operation;
      readonly parameters: readonly ParameterPlan[];
    };

/** A workflow that is called, and what it is given. */
export interface CallPlan {
  readonly workflow: WorkflowPlan;
  /** Its inputs by name, evaluated in the caller; what it does not know is dropped then. */
  readonly inputs: readonly { readonly name: string; readonly value: Template }[];
  /** Whether the caller looks at the last response of the called workflow. */
  readonly showsResponse: boolean;
}

/** The body of a step's request, its expressions not yet evaluated: a payload, replacements in it, or both. */
export interface BodyPlan {
  readonly contentType?: string;
  readonly payload?: Template;
  /** Made in order, in the evaluated payload. */
  readonly replacements?: readonly ReplacementPlan[];
}

/** A place in the payload and what is to stand there. */
export interface ReplacementPlan {
  readonly target: string;
  readonly type?: SelectorType;
  readonly value: Template;
}

/** A parameter of a step, its expressions not yet evaluated. */
export interface ParameterPlan {
  readonly name: string;
  readonly in: ParameterLocation;
  readonly value: Template;
  /** No request can be made without it: the operation requires it, or it stands in the path. */
  readonly required: boolean;
}

interface ActionPlan {
  readonly name: string;
  /** Empty: always matches. */
  readonly criteria: readonly Criterion[];
  readonly pointer: string;
}

/** What happens next after a step succeeded. */
export type SuccessActionPlan = ActionPlan &
  (
    | { readonly type: 'end' }
    /** `ask`: the inputs to forget; by itself a success forgets nothing. */
    | { readonly type: 'goto'; readonly stepId: string; readonly ask?: readonly string[] }
    /** Control passes to another workflow, and what comes of it is what comes of this one. */
    | { readonly type: 'transfer'; readonly call: CallPlan; readonly ask?: readonly string[] }
  );

/** What happens next after a step failed. */
export type FailureActionPlan = ActionPlan &
  (
    | { readonly type: 'end' }
    | {
        readonly type: 'goto';
        readonly stepId: string;
        /** The inputs to forget; absent: by the rule of homes. */
        readonly ask?: readonly string[];
      }
    | { readonly type: 'transfer'; readonly call: CallPlan; readonly ask?: readonly string[] }
    | {
        readonly type: 'retry';
        readonly delayMs: number;
        readonly limit: number;
        /** What runs first, before each retry. */
        readonly first?: { readonly stepId: string } | { readonly call: CallPlan };
      }
  );
