import { hasMember, isJsonObject, memberOf, type JsonValue } from '../document/json.ts';
import { resolvePointer } from '../document/json-pointer.ts';
import { evaluateExpression } from '../expressions/evaluate.ts';
import type { InteractionState, WaitState } from '../plan/flow.ts';
import type { InputPlan } from '../plan/workflow-plan.ts';
import type { Failure, Rejection, WorkflowContext } from './context.ts';
import { redirectOf, type DescribeOptions, type InteractionDescription } from './describe-redirect.ts';
import { repeatAtOf } from './guards.ts';
import { scopeOf } from './judge.ts';
import { activeState } from './registry.ts';
import { frameOf, pathOf, type Runtime } from './runtime.ts';

/** One of the values that an input can be picked from. */
export interface Choice {
  readonly value: JsonValue;
  readonly label: string;
}

/** An input that a waiting state asks for. */
export interface PendingInput {
  readonly name: string;
  /** Its JSON Schema, for a form. */
  readonly schema: JsonValue;
  /** Whether the state is left only once it is there; optional inputs may be submitted as well. */
  readonly required: boolean;
  /** Masked wherever it is shown. */
  readonly secret: boolean;
  /** Why the last submitted value was not taken. */
  readonly rejection?: Rejection;
  /** What to pick from, where the document says so and an earlier step returned it. */
  readonly choices?: readonly Choice[];
}

/** What a UI needs to know of a wait for a person. */
export interface WaitDescription {
  /** The dotted path of the waiting state. */
  readonly state: string;
  readonly stepId: string;
  /** The dotted path of the state in which the step's workflow was called; absent in the machine's own workflow. */
  readonly path?: string;
  readonly title?: string;
  readonly inputs: readonly PendingInput[];
  /** What all submitted values together, or the last event, were refused for. */
  readonly rejection?: Rejection;
  /** The last failure, gone after the next accepted submit or repeat. */
  readonly failure?: Failure;
  /** Whether `repeat` is accepted in this state at all. */
  readonly canRepeat: boolean;
  /** When `repeat` is accepted again, epoch milliseconds; absent where it can be sent at any time. */
  readonly repeatAt?: number;
  /** When the wait is over, epoch milliseconds; absent where it has no limit. */
  readonly expiresAt?: number;
  /** The inputs that `revise` takes and that are there. */
  readonly revisable: readonly string[];
  /** What an `interaction` asks; `inputs` are the members of the answer then. `decline` is accepted. */
  readonly interaction?: InteractionDescription;
}

/** What these functions read of a snapshot; any snapshot of a compiled machine fits. */
export interface WaitingSnapshot {
  readonly value: unknown;
  readonly context: unknown;
  readonly machine: { readonly config: object };
}

/** A snapshot that brings its description along: that of a run on a server. */
export interface DescribedSnapshot<Wait> {
  readonly wait?: Wait | undefined;
  readonly connection: string;
}

/**
 * The inputs that a machine waits for: those that are required first, then the optional ones that may be submitted
 * along. Empty where it waits for nothing.
 */
export function pendingInputs(snapshot: WaitingSnapshot): readonly PendingInput[] {
  return describeWait(snapshot)?.inputs ?? [];
}

/**
 * Describes the wait that a machine is in; `undefined` where it waits for nobody. Of a run on a server it gives what the
 * server shows, so that a UI for both asks in one way.
 */
export function describeWait(
  snapshot: WaitingSnapshot,
  options?: DescribeOptions,
): WaitDescription | undefined;
export function describeWait<Wait>(
  snapshot: WaitingSnapshot | DescribedSnapshot<Wait>,
  options?: DescribeOptions,
): WaitDescription | Wait | undefined;
export function describeWait<Wait>(
  snapshot: WaitingSnapshot | DescribedSnapshot<Wait>,
  options: DescribeOptions = {},
): WaitDescription | Wait | undefined {
  if (!('machine' in snapshot)) return snapshot.wait;
  const active = activeState(snapshot);
  if (active?.state.kind === 'interaction')
    return describeInteraction(active.runtime, active.state, snapshot.context as WorkflowContext, options);
  if (active?.state.kind !== 'wait') return undefined;
  const { runtime, state } = active;
  const context = snapshot.context as WorkflowContext;
  const frame = frameOf(runtime, context);
  const { step, repeat } = state;
  const title = titleOf(state, runtime);
  const rejection = frame.rejection?.find(({ input }) => input === '');
  const repeatAt = repeat === undefined ? undefined : repeatAtOf(runtime, context, repeat.step.stepId);
  return {
    state: pathOf(runtime.path, state.name),
    stepId: step.stepId,
    ...(runtime.path === '' ? {} : { path: runtime.path }),
    ...(title === undefined ? {} : { title }),
    inputs: inputsOf(state, runtime, context),
    ...(rejection === undefined ? {} : { rejection }),
    ...(context.failure === undefined ? {} : { failure: context.failure }),
    canRepeat: repeat !== undefined,
    ...(repeatAt === undefined ? {} : { repeatAt }),
    ...(frame.expiresAt === undefined ? {} : { expiresAt: frame.expiresAt }),
    revisable: state.revise.map(({ input }) => input).filter((input) => hasMember(frame.inputs, input)),
  };
}

/** Describes the wait for an answer; `undefined` where nothing was asked, because the run ends. */
function describeInteraction(
  runtime: Runtime,
  { step, name }: InteractionState,
  context: WorkflowContext,
  options: DescribeOptions,
): WaitDescription | undefined {
  const frame = frameOf(runtime, context);
  const { question, expiresAt } = frame;
  if (question === undefined) return undefined;
  const rejection = frame.rejection?.find(({ input }) => input === '');
  return {
    state: pathOf(runtime.path, name),
    stepId: step.stepId,
    ...(runtime.path === '' ? {} : { path: runtime.path }),
    ...(step.description === undefined ? {} : { title: step.description }),
    inputs: step.fields.map((field) => pendingInput(field, field.required, runtime, context)),
    ...(rejection === undefined ? {} : { rejection }),
    ...(context.failure === undefined ? {} : { failure: context.failure }),
    canRepeat: false,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    revisable: [],
    interaction: {
      mode: step.mode,
      schema: step.schema,
      ...('problem' in question
        ? { prompt: '', context: {}, problem: question.problem }
        : {
            prompt: question.prompt,
            context: question.context,
            ...redirectOf(runtime, frame, step, question, options),
          }),
    },
  };
}

function titleOf({ inputs, step }: WaitState, runtime: Runtime): string | undefined {
  const [only] = inputs;
  const schema = inputs.length === 1 && only !== undefined ? runtime.inputs.get(only)?.schema : undefined;
  const title = isJsonObject(schema) ? memberOf(schema, 'title') : undefined;
  return typeof title === 'string' ? title : step.description;
}

function inputsOf(state: WaitState, runtime: Runtime, context: WorkflowContext): readonly PendingInput[] {
  const frame = frameOf(runtime, context);
  const absent = (name: string): boolean => !hasMember(frame.inputs, name);
  const required = state.inputs.filter(absent);
  const optional = state.step.inputs.filter((name) => absent(name) && !state.inputs.includes(name));
  return [...required, ...optional].flatMap((name): readonly PendingInput[] => {
    const input = runtime.inputs.get(name);
    if (input === undefined) return [];
    return [pendingInput(input, required.includes(name), runtime, context)];
  });
}

function pendingInput(
  input: Pick<InputPlan, 'name' | 'schema' | 'secret' | 'choices'>,
  required: boolean,
  runtime: Runtime,
  context: WorkflowContext,
): PendingInput {
  const { name, schema, secret } = input;
  const rejection = frameOf(runtime, context).rejection?.find((entry) => entry.input === name);
  const choices = choicesOf(input, runtime, context);
  return {
    name,
    schema,
    required,
    secret,
    ...(rejection === undefined ? {} : { rejection }),
    ...(choices === undefined ? {} : { choices }),
  };
}

function choicesOf(
  { choices }: Pick<InputPlan, 'choices'>,
  runtime: Runtime,
  context: WorkflowContext,
): readonly Choice[] | undefined {
  if (choices === undefined) return undefined;
  const items = evaluateExpression(choices.from, scopeOf(runtime, context));
  if (!Array.isArray(items)) return undefined;
  return (items as readonly JsonValue[]).flatMap((item): readonly Choice[] => {
    const value = resolvePointer(item, choices.value);
    const label = resolvePointer(item, choices.label);
    return value === undefined ? [] : [{ value, label: textOf(label ?? value) }];
  });
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
