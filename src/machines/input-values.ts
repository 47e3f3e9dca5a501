import { hasMember, type JsonObject } from '../document/json.ts';
import { parsePointer } from '../document/json-pointer.ts';
import type { WaitState } from '../plan/flow.ts';
import type { Rejection } from './context.ts';
import { isPlainJson } from './json-limits.ts';
import type { Runtime } from './runtime.ts';

/** The rule of a rejection of what a program gave and JSON cannot say. */
export const NOT_JSON = 'json';

/** Checks each value against its own input's schema; what the workflow does not know is left to the whole schema. */
export function singleRejections(runtime: Runtime, values: JsonObject): readonly Rejection[] {
  return Object.entries(values).flatMap(([name, value]): readonly Rejection[] => {
    if (!isPlainJson(value)) {
      return [{ input: name, rule: NOT_JSON, message: 'It is not JSON, or nested too deeply.' }];
    }
    if (!runtime.inputs.has(name)) return [];
    const [problem] = runtime.checkInput(name)(value);
    return problem === undefined ? [] : [{ input: name, rule: problem.rule, message: problem.message }];
  });
}

/** Checks all values together, `required` apart. */
export function wholeRejections(runtime: Runtime, inputs: JsonObject): readonly Rejection[] {
  const [problem] = runtime.checkAll(inputs);
  if (problem === undefined) return [];
  const first = parsePointer(problem.instance)?.[0] ?? '';
  const input = runtime.inputs.has(first) ? first : '';
  return [{ input, rule: problem.rule, message: problem.message }];
}

/**
 * Why submitted values are not taken in a waiting state; empty when all are good. Taken are the inputs that it misses,
 * and those whose home is its step or a later one. All together are checked once the last required one is there.
 */
export function submissionRejections(
  runtime: Runtime,
  inputs: JsonObject,
  values: JsonObject,
  state: WaitState,
): readonly Rejection[] {
  const position = runtime.positionOf(state.step.stepId);
  const refused = Object.keys(values)
    .filter(
      (name) => runtime.homeOf(name) < position && (hasMember(inputs, name) || !state.inputs.includes(name)),
    )
    .map((input): Rejection => ({ input, rule: 'notAsked', message: 'It is not asked for here.' }));
  const single = [...refused, ...singleRejections(runtime, values)];
  if (single.length > 0) return single;
  const all = { ...inputs, ...values };
  return runtime.required.every((name) => hasMember(all, name)) ? wholeRejections(runtime, all) : [];
}
