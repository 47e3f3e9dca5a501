import { isJsonObject, memberOf, type JsonValue } from '../document/json.ts';
import { createFlow, type Flow, type FlowState } from '../plan/flow.ts';
import type { InputPlan, StepPlan, WorkflowPlan } from '../plan/workflow-plan.ts';
import { compileSchema, type SchemaCheck } from '../schema/compile-schema.ts';

/** Settings of a compiled machine. */
export interface CompileOptions {
  /** The machine's only clock, epoch milliseconds; default `Date.now`. */
  readonly now?: () => number;
  /** See {@link FlowOptions.deferredInputs}; default `true`. */
  readonly deferredInputs?: boolean;
  /** How many requests a run may prepare before it fails with kind `maxSteps`; default 1000. */
  readonly maxSteps?: number;
  /** A `Retry-After` above this many seconds is not waited for: the retry does not match; default 60. */
  readonly retryAfterCapSeconds?: number;
  /** No retry action may be taken more often than this in one visit of a step; default: as the document says. */
  readonly maxRetries?: number;
  /** An output larger than this many bytes of JSON fails its step; default 1 MiB. */
  readonly maxOutputBytes?: number;
}

/** Everything that a machine's guards and actions read: the plan, looked up once. */
export interface Runtime {
  readonly plan: WorkflowPlan;
  readonly flow: Flow;
  readonly states: ReadonlyMap<string, FlowState>;
  readonly steps: ReadonlyMap<string, StepPlan>;
  readonly inputs: ReadonlyMap<string, InputPlan>;
  /** The position of an input's home among the steps; -1 where no step refers to it. */
  readonly homeOf: (input: string) => number;
  readonly positionOf: (stepId: string) => number;
  /** The names of the inputs that must be there before the workflow can end, in document order. */
  readonly required: readonly string[];
  readonly checkInput: (input: string) => SchemaCheck;
  readonly checkAll: SchemaCheck;
  readonly now: () => number;
  readonly deferredInputs: boolean;
  readonly maxSteps: number;
  readonly retryAfterCapMs: number;
  readonly maxRetries: number;
  readonly maxOutputBytes: number;
}

/** Looks a plan's parts up once, for a machine to run on. */
export function createRuntime(plan: WorkflowPlan, options: CompileOptions): Runtime {
  const deferredInputs = options.deferredInputs ?? true;
  const flow = createFlow(plan, { deferredInputs });
  const position = new Map(plan.steps.map((step, index) => [step.stepId, index]));
  const positionOf = (stepId: string): number => position.get(stepId) ?? 0;
  const inputs = new Map(plan.inputs.map((input) => [input.name, input]));
  const checks = new Map<string, SchemaCheck>();
  let all: SchemaCheck | undefined;
  return {
    plan,
    flow,
    states: new Map(flow.states.map((state) => [state.name, state])),
    steps: new Map(plan.steps.map((step) => [step.stepId, step])),
    inputs,
    homeOf: (input) => position.get(inputs.get(input)?.home ?? '') ?? -1,
    positionOf,
    required: plan.inputs.filter((input) => input.requiredBecause !== undefined).map((input) => input.name),
    checkInput: (input) => {
      const known = checks.get(input);
      if (known !== undefined) return known;
      const check = compileSchema(withDefinitions(inputs.get(input)?.schema ?? {}, plan.inputSchema));
      checks.set(input, check);
      return check;
    },
    checkAll: (value) => (all ??= compileSchema(plan.inputSchema))(value),
    now: options.now ?? Date.now,
    deferredInputs,
    maxSteps: options.maxSteps ?? 1000,
    retryAfterCapMs: (options.retryAfterCapSeconds ?? 60) * 1000,
    maxRetries: options.maxRetries ?? Number.POSITIVE_INFINITY,
    maxOutputBytes: options.maxOutputBytes ?? 1024 * 1024,
  };
}

/** An input's schema with the definitions of the whole beside it, so that its `$ref`s still lead somewhere. */
function withDefinitions(schema: JsonValue, whole: JsonValue): JsonValue {
  if (!isJsonObject(schema) || !isJsonObject(whole) || memberOf(schema, '$defs') !== undefined) return schema;
  const definitions = memberOf(whole, '$defs');
  return definitions === undefined ? schema : { ...schema, $defs: definitions };
}
