import type { JsonValue } from '../document/json.ts';
import type { Criterion } from '../expressions/criterion.ts';
import type { Pointer, RuntimeExpression } from '../expressions/runtime-expression.ts';
import type { Template } from '../expressions/template.ts';
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
  /** In document order, at least one. */
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
  /** The stepId of its home: the first step, in document order, that refers to it. */
  readonly home?: string;
  /** Masked in events, logs and progress. */
  readonly secret: boolean;
  /** What to choose from, taken from what an earlier step returned. */
  readonly choices?: { readonly from: RuntimeExpression; readonly value: Pointer; readonly label: Pointer };
}

/** An output of a step or a workflow. */
export interface OutputPlan {
  readonly name: string;
  readonly value: Template;
  readonly secret: boolean;
}

/** A step that calls an operation. Other kinds of steps (a called workflow, an interaction) join this union. */
export type StepPlan = OperationStepPlan;

/** A step that calls an OpenAPI operation. */
export interface OperationStepPlan {
  readonly kind: 'operation';
  readonly stepId: string;
  readonly description?: string;
  /** JSON Pointer of the step in its document. */
  readonly pointer: string;
  /** The name of the state in which its request is in flight. */
  readonly state: string;
  readonly operation: Operation;
  readonly parameters: readonly ParameterPlan[];
  readonly body?: { readonly contentType?: string; readonly payload: Template };
  /** Absent: a response with a 2xx status code is a success. */
  readonly successCriteria?: readonly Criterion[];
  /** Tried in order on success; none matches: the next step. */
  readonly onSuccess: readonly SuccessActionPlan[];
  /** Tried in order on failure; none matches: the workflow has failed. */
  readonly onFailure: readonly FailureActionPlan[];
  readonly outputs: readonly OutputPlan[];
  /** The names of all inputs that it refers to. */
  readonly inputs: readonly string[];
  /** Milliseconds for one attempt. */
  readonly timeoutMs?: number;
  /** May be run again from a waiting state, once the cooldown is over. */
  readonly repeatable?: { readonly cooldownMs: number };
  /** How long its waiting state may wait, in milliseconds. */
  readonly waitLimitMs?: number;
  /** Never sent again when its fate is unknown. */
  readonly atMostOnce: boolean;
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
    | { readonly type: 'retry'; readonly delayMs: number; readonly limit: number }
  );
