import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { parsePointer } from '../document/json-pointer.ts';
import type { InteractionRecord } from '../expressions/scope.ts';
import type { InteractionStepPlan } from '../plan/workflow-plan.ts';
import { applyDefaults } from '../schema/compile-schema.ts';
import type { Rejection } from './context.ts';
import { NOT_JSON } from './input-values.ts';
import { isJsonWithin, isPlainJson } from './json-limits.ts';
import type { Runtime } from './runtime.ts';

/** The answer that a `submit` gives, the defaults of its schema applied. */
export function answerOf({ schema }: InteractionStepPlan, values: unknown): JsonValue {
  const given = (values === undefined ? {} : values) as JsonValue;
  return isJsonObject(given) ? applyDefaults(schema, withoutAbsent(given)) : given;
}

/** What `$interaction` is when a person gave an answer. */
export function recordOf(step: InteractionStepPlan, payload: JsonValue): InteractionRecord {
  return step.mode === 'redirect' && isJsonObject(payload) ? { payload, query: payload } : { payload };
}

/** Why an answer is not taken; empty when it is what its schema asks for. */
export function answerRejections(
  runtime: Runtime,
  step: InteractionStepPlan,
  values: unknown,
): readonly Rejection[] {
  const { maxOutputBytes } = runtime.settings;
  if (values !== undefined && !isPlainJson(values))
    return [{ input: '', rule: NOT_JSON, message: 'It is not JSON, or nested too deeply.' }];
  if (!isJsonWithin(values, maxOutputBytes))
    return [{ input: '', rule: 'size', message: `It is larger than ${maxOutputBytes} bytes.` }];
  const found = new Map<string, Rejection>();
  for (const { instance, rule, message } of runtime.checkAnswer(step)(answerOf(step, values))) {
    const first = parsePointer(instance)?.[0] ?? '';
    const input = step.fields.some(({ name }) => name === first) ? first : '';
    if (!found.has(input)) found.set(input, { input, rule, message });
  }
  return [...found.values()];
}

/** What absent looks like in a program is absent. */
function withoutAbsent(object: JsonObject): JsonObject {
  const given: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(object)) if (value !== undefined) setMember(given, name, value);
  return given;
}
