import { isJsonObject, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { answerRejections } from '../machines/answer.ts';
import type { PendingInput } from '../machines/describe-wait.ts';
import type { Runtime } from '../machines/runtime.ts';
import type { InteractionStepPlan } from '../plan/workflow-plan.ts';
import type { Trial } from './alphabet.ts';
import { UNLIKELY } from './input-values.ts';

/** A person's answer, constructed as the body of a response; none where its schema does not take it. */
export function answerTrial(
  runtime: Runtime,
  step: InteractionStepPlan,
  body: JsonValue | undefined,
  label: string,
): readonly Trial[] {
  const values = body ?? {};
  if (!isJsonObject(values) || answerRejections(runtime, step, values).length > 0) return [];
  return [{ happening: { type: 'submit', values }, ...(label === '' ? {} : { label: `submit${label}` }) }];
}

/** The same answer, with what a person would choose where there is something to choose from. */
export function withChoices({ happening, ...rest }: Trial, inputs: readonly PendingInput[]): Trial {
  if (happening.type !== 'submit') return { happening, ...rest };
  const values: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(happening.values)) {
    const [choice] = inputs.find((input) => input.name === name)?.choices ?? [];
    setMember(values, name, choice === undefined ? value : choice.value);
  }
  return { ...rest, happening: { type: 'submit', values } };
}

/** Answers that are wrong on purpose: for each member one whose value is not taken, and one without any. */
export function wrongAnswers(
  runtime: Runtime,
  step: InteractionStepPlan,
  good: JsonObject,
): readonly Trial[] {
  const isWrong = (values: JsonObject): boolean => answerRejections(runtime, step, values).length > 0;
  const wrong = (values: JsonObject, label: string): Trial => ({
    happening: { type: 'submit', values },
    label,
    isWrong: true,
  });
  const members = step.fields.flatMap(({ name }): readonly Trial[] => {
    const values = UNLIKELY.map((value) => changed(good, name, value)).find(isWrong);
    return values === undefined ? [] : [wrong(values, `submit a wrong ${name}`)];
  });
  const given = Object.keys(good).length > 0 || members.length === 0;
  return given && isWrong({}) ? [...members, wrong({}, 'submit nothing')] : members;
}

function changed(values: JsonObject, name: string, value: JsonValue): JsonObject {
  const members: Record<string, JsonValue> = {};
  for (const [other, known] of Object.entries(values)) if (other !== name) setMember(members, other, known);
  setMember(members, name, value);
  return members;
}
