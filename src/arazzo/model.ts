import type { JsonObject, JsonValue } from '../document/json.ts';
import type { Criterion } from '../expressions/criterion.ts';
import type { Template } from '../expressions/template.ts';
import type { MessageAction, MessageParameterLocation } from '../asyncapi/channel-operation.ts';

/** The versions of Arazzo that are read, by their feature sets. */
export type ArazzoVersion = '1.0' | '1.1' | '1.2';

/** A node of a document: `pointer` is the JSON Pointer of where it is written. */
export interface Node {
  readonly pointer: string;
}

/**
 * An Arazzo description, read. Expressions and criteria are parsed, Reusable Objects replaced by what they
 * refer to, `x-xstate` extensions checked and typed. A list that the document leaves out is empty, except where
 * leaving it out means something else than an empty list.
 *
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#arazzo-specification-object
 */
export interface ArazzoDocument extends Node {
  /** The absolute URI it was read from. */
  readonly uri: string;
  /** The version as written, `1.0.1`. */
  readonly arazzo: string;
  /** The feature set. That of `1.2` is a draft. */
  readonly version: ArazzoVersion;
  readonly self?: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly summary?: string;
    readonly description?: string;
  };
  readonly sourceDescriptions: readonly SourceDescription[];
  readonly workflows: readonly Workflow[];
  /** `components.inputs`, for `$ref` out of a workflow's inputs. */
  readonly componentInputs: JsonObject;
}

/** @see https://spec.openapis.org/arazzo/v1.1.0.html#source-description-object */
export interface SourceDescription extends Node {
  readonly name: string;
  /** As written, perhaps relative. */
  readonly url: string;
  readonly type?: 'openapi' | 'arazzo' | 'asyncapi';
}

/** @see https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object */
export interface Workflow extends Node {
  readonly workflowId: string;
  readonly summary?: string;
  readonly description?: string;
  /** The JSON Schema of the inputs as written, `$ref`s into `#/components/inputs` resolved; absent: none declared. */
  readonly inputs?: JsonObject;
  readonly dependsOn: readonly string[];
  readonly steps: readonly Step[];
  readonly successActions: readonly SuccessAction[];
  readonly failureActions: readonly FailureAction[];
  readonly parameters: readonly Parameter[];
  readonly outputs: readonly Output[];
  /** `x-xstate.secret`: the outputs to mask. */
  readonly secretOutputs: readonly string[];
}

/** What a step calls. `operationId` and `workflowId` may be qualified by a source description's name. */
export type StepTarget =
  | { readonly kind: 'operationId'; readonly source?: string; readonly operationId: string }
  /** `path` is the JSON Pointer into the source, as tokens: `['paths', '/pet', 'get']`. */
  | { readonly kind: 'operationPath'; readonly source: string; readonly path: readonly string[] }
  | { readonly kind: 'workflowId'; readonly source?: string; readonly workflowId: string }
  | { readonly kind: 'channelPath'; readonly source: string; readonly path: readonly string[] }
  /** Nothing is called: a person is asked (draft of 1.2). */
  | { readonly kind: 'interaction'; readonly interaction: Interaction };

/** How a person is asked: by a form, by sending their browser elsewhere, or to proceed or decline. */
export type InteractionMode = 'form' | 'redirect' | 'acknowledge';

/** Where a redirect sends the browser. */
export type RedirectTarget =
  | Extract<StepTarget, { kind: 'operationId' | 'operationPath' }>
  | { readonly kind: 'url'; readonly url: Template };

/** @see https://github.com/OAI/Arazzo-Specification/pull/568 */
export interface Interaction extends Node {
  readonly mode: InteractionMode;
  readonly prompt: Template;
  /** What is shown beside the prompt. */
  readonly context: readonly Output[];
  /** The JSON Schema of the answer, `$ref`s resolved. */
  readonly inputSchema?: JsonObject;
  readonly redirect?: RedirectTarget;
  /** Of the operation that a redirect leads to. */
  readonly parameters: readonly Parameter[];
}

/** @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object */
export interface Step extends Node {
  readonly stepId: string;
  readonly description?: string;
  readonly target: StepTarget;
  /** Present: the step sends or receives a message over a channel of AsyncAPI. */
  readonly message?: StepMessage;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: RequestBody;
  /** Absent when the document has no criteria, which means the default success of the step's kind. */
  readonly successCriteria?: readonly Criterion[];
  readonly onSuccess: readonly SuccessAction[];
  readonly onFailure: readonly FailureAction[];
  /** Tried before `onFailure` when the time is over (draft of 1.2). */
  readonly onTimeout: readonly FailureAction[];
  /** Tried before `onFailure` when the person declines (draft of 1.2). */
  readonly onCancel: readonly FailureAction[];
  readonly outputs: readonly Output[];
  readonly dependsOn: readonly string[];
  /** Milliseconds for one attempt, or for the answer of a person. */
  readonly timeoutMs?: number;
  readonly extension: StepExtension;
}

/** What a step does with a message. */
export interface StepMessage {
  readonly action: MessageAction;
  /** Only of `receive`: the id that a message must have. */
  readonly correlationId?: Template;
}

/** `x-xstate` of a step. */
export interface StepExtension {
  /** Pins the name of the step's state. */
  readonly state?: string;
  /** The step may be run again from a waiting state, once this many seconds have gone by. */
  readonly repeatable?: { readonly afterSeconds: number };
  /** The limit of the step's waiting state. */
  readonly timeoutSeconds?: number;
  readonly atMostOnce: boolean;
  /** Responses for the path search. */
  readonly examples: readonly JsonValue[];
  readonly secretOutputs: readonly string[];
}

/** @see https://spec.openapis.org/arazzo/v1.1.0.html#parameter-object */
export interface Parameter extends Node {
  readonly name: string;
  /** Absent on the parameters of a workflow step; `channel` is for steps of AsyncAPI. */
  readonly in?: MessageParameterLocation;
  readonly value: Template;
}

/** @see https://spec.openapis.org/arazzo/v1.1.0.html#request-body-object */
export interface RequestBody extends Node {
  readonly contentType?: string;
  readonly payload?: Template;
  /** In the order in which they are made. */
  readonly replacements: readonly Replacement[];
}

/** @see https://spec.openapis.org/arazzo/v1.1.0.html#payload-replacement-object */
export interface Replacement extends Node {
  /** A JSON Pointer, a query of JSONPath (RFC 9535) or an XPath expression, as `type` says. */
  readonly target: string;
  /** Absent: the content type of the body decides between a JSON Pointer and XPath. */
  readonly type?: 'jsonpointer' | 'jsonpath' | 'xpath';
  readonly value: Template;
}

/** An output: its name and what it is made from. */
export interface Output extends Node {
  readonly name: string;
  readonly value: Template;
}

/** Where a `goto` or a `retry` leads. */
export type ActionTarget =
  | { readonly kind: 'step'; readonly stepId: string }
  | { readonly kind: 'workflow'; readonly source?: string; readonly workflowId: string };

/** What both kinds of actions have. */
interface Action extends Node {
  readonly name: string;
  /** Empty: the action always matches. */
  readonly criteria: readonly Criterion[];
  /** The inputs of the workflow that the action refers to (1.1). */
  readonly parameters: readonly Parameter[];
  /** `x-xstate.ask`: the inputs to forget, instead of the rule of homes. */
  readonly ask?: readonly string[];
}

/** @see https://spec.openapis.org/arazzo/v1.1.0.html#success-action-object */
export type SuccessAction = Action &
  ({ readonly type: 'end' } | { readonly type: 'goto'; readonly target: ActionTarget });

/** @see https://spec.openapis.org/arazzo/v1.1.0.html#failure-action-object */
export type FailureAction = Action &
  (
    | { readonly type: 'end' }
    | { readonly type: 'goto'; readonly target: ActionTarget }
    | {
        readonly type: 'retry';
        /** Run first, before each retry. */
        readonly target?: ActionTarget;
        readonly retryAfterSeconds?: number;
        /** How many retries; 1 when the document does not say. */
        readonly retryLimit: number;
      }
  );
