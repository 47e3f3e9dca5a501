import { hasMember, isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { applyDefaults } from '../schema/compile-schema.ts';
import type { Rejection, WorkflowContext, WorkflowInput } from './context.ts';
import { singleRejections, wholeRejections } from './input-values.ts';
import type { Runtime } from './runtime.ts';

/**
 * The context that a run starts with: defaults applied, what is given checked. Inputs that do not meet their schemas,
 * or that are needed and may not be asked for, make the run fail before its first request.
 */
export function initialContext(runtime: Runtime, hash: string, input: WorkflowInput | undefined): WorkflowContext {
  const given = givenInputs(input?.inputs);
  const inputs = applyDefaults(runtime.plan.inputSchema, given);
  const rejection = refusalsOf(runtime, inputs);
  const refused = rejection.length > 0;
  return {
    plan: hash,
    run: { ...(input?.runId === undefined ? {} : { id: input.runId }), executed: 0, ...(refused ? { refused } : {}) },
    inputs,
    steps: {},
    calls: {},
    attempt: 0,
    attempts: {},
    visits: {},
    endedAt: {},
    ...(refused
      ? { rejection, failure: { kind: 'request', message: `The inputs were refused: ${rejection.map(describe).join(' ')}` } }
      : {}),
  };
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

function refusalsOf(runtime: Runtime, inputs: JsonObject): readonly Rejection[] {
  const single = singleRejections(runtime, inputs);
  const absent = runtime.deferredInputs ? [] : runtime.required.filter((name) => !hasMember(inputs, name));
  const missing = absent.map((name): Rejection => ({ input: name, rule: 'required', message: 'It is required.' }));
  if (single.length > 0 || missing.length > 0) return [...single, ...missing];
  return wholeRejections(runtime, inputs);
}
