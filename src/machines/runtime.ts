import { isJsonObject, memberOf, type JsonValue } from '../document/json.ts';
import { createFlow } from '../plan/create-flow.ts';
import { innerFlow, type Flow, type FlowState } from '../plan/flow.ts';
import { stepsRunAgain } from '../plan/steps-run-again.ts';
import type {
  CallPlan,
  InputPlan,
  InteractionStepPlan,
  StepPlan,
  WorkflowPlan,
} from '../plan/workflow-plan.ts';
import { compileSchema, type SchemaCheck } from '../schema/compile-schema.ts';
import type { Frame, WorkflowContext } from './context.ts';

/** Settings of a compiled machine. */
export interface CompileOptions {
  /** The machine's only clock, epoch milliseconds; default `Date.now`. */
  readonly now?: () => number;
  /** See {@link FlowOptions.deferredInputs}; default `true`. */
  readonly deferredInputs?: boolean;
  /** How many steps a run may begin, each attempt counted, before it fails with kind `maxSteps`; default 1000. */
  readonly maxSteps?: number;
  /** A `Retry-After` above this many seconds is not waited for: the retry does not match; default 60. */
  readonly retryAfterCapSeconds?: number;
  /** No retry action may be taken more often than this in one visit of a step; default: as the document says. */
  readonly maxRetries?: number;
  /** An output larger than this many bytes of JSON fails its step, and such an answer is not taken; default 1 MiB. */
  readonly maxOutputBytes?: number;
}

/** What a machine's guards and actions read of one workflow of it: its plan, looked up once. */
export interface Runtime {
  /** The dotted path of the state that it runs in; '' for the machine's own workflow. */
  readonly path: string;
  /** The call that it is the called workflow of. */
  readonly call?: CallPlan;
  /** The runtimes of all workflows of the machine, by path. */
  readonly frames: ReadonlyMap<string, Runtime>;
  readonly plan: WorkflowPlan;
  readonly flow: Flow;
  readonly states: ReadonlyMap<string, FlowState>;
  readonly steps: ReadonlyMap<string, StepPlan>;
  readonly inputs: ReadonlyMap<string, InputPlan>;
  /** The position of an input's home among the steps; -1 where no step refers to it. */
  readonly homeOf: (input: string) => number;
  readonly positionOf: (stepId: string) => number;
  /** The steps of which it is kept how often they were come to; the others are come to once at most, and nothing asks. */
  readonly counted: ReadonlySet<string>;
  /** The names of the inputs that must be there before the workflow can end, in document order. */
  readonly required: readonly string[];
  /** Whether the last response is kept for a caller. */
  readonly keepsResponse: boolean;
  readonly checkInput: (input: string) => SchemaCheck;
  readonly checkAll: SchemaCheck;
  readonly checkAnswer: (step: InteractionStepPlan) => SchemaCheck;
  readonly settings: Settings;
}

/** The options of a machine, with their defaults. */
export interface Settings {
  readonly now: () => number;
  readonly deferredInputs: boolean;
  readonly maxSteps: number;
  readonly retryAfterCapMs: number;
  readonly maxRetries: number;
  readonly maxOutputBytes: number;
}

/** Looks the parts of a plan, and of the workflows that it calls, up once, for a machine to run on. */
export function createRuntime(plan: WorkflowPlan, options: CompileOptions): Runtime {
  const settings: Settings = {
    now: options.now ?? Date.now,
    deferredInputs: options.deferredInputs ?? true,
    maxSteps: options.maxSteps ?? 1000,
    retryAfterCapMs: (options.retryAfterCapSeconds ?? 60) * 1000,
    maxRetries: options.maxRetries ?? Number.POSITIVE_INFINITY,
    maxOutputBytes: options.maxOutputBytes ?? 1024 * 1024,
  };
  const frames = new Map<string, Runtime>();
  const flow = createFlow(plan, { deferredInputs: settings.deferredInputs });
  return frameRuntime({ path: '', plan, flow, frames, settings, keepsResponse: false });
}

type FrameParts = Pick<Runtime, 'path' | 'call' | 'plan' | 'flow' | 'settings' | 'keepsResponse'> & {
  readonly frames: Map<string, Runtime>;
};

function frameRuntime(parts: FrameParts): Runtime {
  const { path, plan, flow, frames, settings } = parts;
  const position = new Map(plan.steps.map((step, index) => [step.stepId, index]));
  const inputs = new Map(plan.inputs.map((input) => [input.name, input]));
  const checks = new Map<string, SchemaCheck>();
  const answers = new Map<string, SchemaCheck>();
  let all: SchemaCheck | undefined;
  const runtime: Runtime = {
    ...parts,
    states: new Map(flow.states.map((state) => [state.name, state])),
    steps: new Map(plan.steps.map((step) => [step.stepId, step])),
    inputs,
    homeOf: (input) => position.get(inputs.get(input)?.home ?? '') ?? -1,
    positionOf: (stepId) => position.get(stepId) ?? 0,
    counted: new Set([...stepsRunAgain(flow, plan.steps), ...plan.steps.flatMap(stepsBefore)]),
    required: plan.inputs.filter((input) => input.requiredBecause !== undefined).map((input) => input.name),
    checkInput: (input) => {
      const known = checks.get(input);
      if (known !== undefined) return known;
      const check = compileSchema(withDefinitions(inputs.get(input)?.schema ?? {}, plan.inputSchema));
      checks.set(input, check);
      return check;
    },
    checkAnswer: ({ stepId, schema }) => {
      const check = answers.get(stepId) ?? compileSchema(schema);
      answers.set(stepId, check);
      return check;
    },
    checkAll: (value) =>
      (all ??= isChecksOfEach(plan.inputSchema, inputs) ? allGood : compileSchema(plan.inputSchema))(value),
  };
  frames.set(path, runtime);
  for (const state of flow.states) {
    const inner = innerFlow(state);
    if (inner === undefined) continue;
    const { call, flow: innerStates } = inner;
    const keepsResponse = parts.keepsResponse || call.showsResponse;
    frameRuntime({
      path: pathOf(path, state.name),
      call,
      plan: call.workflow,
      flow: innerStates,
      frames,
      settings,
      keepsResponse,
    });
  }
  return runtime;
}

/** The steps that must have run before a step. */
function stepsBefore({ after = [] }: StepPlan): readonly string[] {
  return after.flatMap((dependency) => ('stepId' in dependency ? [dependency.stepId] : []));
}

/** The dotted path of a state. */
export function pathOf(parent: string, state: string): string {
  return parent === '' ? state : `${parent}.${state}`;
}

/** The runtime of one workflow of a machine. */
export function frameRuntimeOf(runtime: Runtime, path: string): Runtime {
  const found = runtime.frames.get(path);
  if (found === undefined) throw new TypeError(`The machine calls no workflow in the state "${path}".`);
  return found;
}

/** The runtime of the workflow that called another; a machine's own workflow has none, and is given back. */
export function callerOf(runtime: Runtime): Runtime {
  return frameRuntimeOf(runtime, runtime.path.slice(0, Math.max(0, runtime.path.lastIndexOf('.'))));
}

/** The name of the state that a called workflow runs in; '' for a machine's own workflow. */
export function callingState({ path }: Runtime): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

const EMPTY: Frame = { inputs: {}, steps: {}, attempt: 0, attempts: {}, visits: {}, endedAt: {} };

/** The data of one workflow of a run. */
export function frameOf({ path }: Pick<Runtime, 'path'>, context: WorkflowContext): Frame {
  return path === '' ? context : (memberOf(context.calls, path) ?? EMPTY);
}

const allGood: SchemaCheck = () => [];

/** Keywords that say nothing of an object but what its members' own schemas say, or nothing at all. */
const KEYWORDS_OF_EACH: ReadonlySet<string> = new Set([
  'properties',
  'type',
  '$defs',
  '$schema',
  '$comment',
  'title',
  'description',
  'examples',
]);

/** Whether the schema of all inputs holds as soon as each input's own does: most do, and need no second look. */
function isChecksOfEach(schema: JsonValue, inputs: ReadonlyMap<string, InputPlan>): boolean {
  if (!isJsonObject(schema)) return false;
  const { type = 'object', properties = {} } = schema;
  return (
    type === 'object' &&
    isJsonObject(properties) &&
    Object.keys(properties).every((name) => inputs.has(name)) &&
    Object.keys(schema).every((keyword) => KEYWORDS_OF_EACH.has(keyword))
  );
}

/** An input's schema with the definitions of the whole beside it, so that its `$ref`s still lead somewhere. */
function withDefinitions(schema: JsonValue, whole: JsonValue): JsonValue {
  if (!isJsonObject(schema) || !isJsonObject(whole) || memberOf(schema, '$defs') !== undefined) return schema;
  const definitions = memberOf(whole, '$defs');
  return definitions === undefined ? schema : { ...schema, $defs: definitions };
}
