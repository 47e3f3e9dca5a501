import {
  hasMember,
  isJsonObject,
  memberOf,
  setMember,
  type JsonObject,
  type JsonValue,
} from '../document/json.ts';
import type { Failure, Frame, Rejection, WorkflowContext, WorkflowInput } from './context.ts';
import { NOT_JSON, singleRejections, wholeRejections } from './input-values.ts';
import type { Runtime } from './runtime.ts';

/** The context that a run starts with. */
export function initialContext(
  runtime: Runtime,
  hash: string,
  input: WorkflowInput | undefined,
): WorkflowContext {
  const { frame, failure } = initialFrame(runtime, input?.inputs);
  return {
    plan: hash,
    run: { ...(typeof input?.runId === 'string' ? { id: input.runId } : {}), executed: 0 },
    ...frame,
    ...(failure === undefined ? {} : { failure }),
    calls: {},
    finished: {},
  };
}

/**
 * What is known of a workflow at its start: defaults applied, what is given checked. Inputs that do not meet their
 * schemas, or that are needed and may not be asked for, make it fail before its first request.
 */
export function initialFrame(
  runtime: Runtime,
  given: object | undefined,
): { readonly frame: Frame; readonly failure?: Failure } {
  const complete = withDefaults(runtime, givenInputs(given));
  const rejection = refusalsOf(runtime, complete);
  const inputs = keptInputs(runtime, complete, rejection);
  const frame: Frame = { inputs, steps: {}, attempt: 0, attempts: {}, visits: {}, endedAt: {} };
  if (rejection.length === 0) return { frame };
  const message = `The inputs were refused: ${rejection.map(describe).join(' ')}`;
  return { frame: { ...frame, refused: true, rejection }, failure: { kind: 'request', message } };
}

function describe({ input, message }: Rejection): string {
  return input === '' ? message : `"${input}": ${message}`;
}

/** A copy without the members that are `undefined`, which is what absent looks like in a program. */
function givenInputs(inputs: object | undefined): JsonObject {
  const given: Record<string, JsonValue> = {};
  if (!isJsonObject(inputs)) return given;
  for (const [name, value] of Object.entries(inputs)) if (value !== undefined) setMember(given, name, value);
  return given;
}

function withDefaults(runtime: Runtime, given: JsonObject): JsonObject {
  const inputs: Record<string, JsonValue> = { ...given };
  for (const { name, schema } of runtime.plan.inputs) {
    const value = isJsonObject(schema) ? memberOf(schema, 'default') : undefined;
    if (value !== undefined && !hasMember(given, name)) setMember(inputs, name, value);
  }
  return inputs;
}

/** Without the secrets that no step refers to, and without what was refused for not being JSON at all. */
function keptInputs(runtime: Runtime, inputs: JsonObject, rejection: readonly Rejection[]): JsonObject {
  const gone = new Set(runtime.flow.unused);
  for (const { input, rule } of rejection) if (rule === NOT_JSON) gone.add(input);
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !gone.has(name)));
}

function refusalsOf(runtime: Runtime, inputs: JsonObject): readonly Rejection[] {
  const single = singleRejections(runtime, inputs);
  const needed = runtime.plan.inputs.filter(
    (input) => input.requiredBecause !== undefined || input.requiredAtStart === true,
  );
  const absent = runtime.settings.deferredInputs
    ? []
    : needed.map(({ name }) => name).filter((name) => !hasMember(inputs, name));
  const missing = absent.map((name): Rejection => ({
    input: name,
    rule: 'required',
    message: 'It is required.',
  }));
  if (single.length > 0 || missing.length > 0) return [...single, ...missing];
  return wholeRejections(runtime, inputs);
}
