import { parsePointer, resolvePointer } from '../document/json-pointer.ts';
import { type JsonObject, type JsonValue, hasMember, isJsonObject, setMember } from '../document/json.ts';
import { evaluateCriteria } from '../expressions/evaluate-criterion.ts';
import { evaluateTemplate, textOf } from '../expressions/evaluate.ts';
import type { Template } from '../expressions/template.ts';
import { buildRequest } from '../openapi/build-request.ts';
import type { ParameterValue } from '../openapi/operation.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { type Frame, type Stop, scopeOf } from './frame.ts';
import { conjuncts } from './input-rules.ts';
import type { Outcome } from './outcome.ts';
import { at, list } from './raw-json.ts';
import type { RawInteractionStep } from './raw-workflow.ts';
import type { FailureKind, Happening, Rejection, Situation } from './situation.ts';

/** What a person sees, or why there is nothing to see. */
type Asked =
  | { readonly prompt: string; readonly context: JsonObject; readonly url?: string }
  | { readonly problem: string };

/** Asks a person until they answer as the schema says, decline, or the time is over. */
export function* askPerson(
  frame: Frame,
  step: RawInteractionStep,
  attempt: number,
  unmet: string | undefined,
): Generator<Situation, Outcome | Stop, Happening> {
  const { run, path } = frame;
  const { stepId, answerWithinMs } = step;
  const unanswered = (kind: FailureKind, message: string): Outcome => ({
    scope: scopeOf(frame),
    hasResult: false,
    failure: { kind, stepId, attempt, message },
  });
  const asked: Asked = unmet === undefined ? questionOf(frame, step) : { problem: unmet };
  if ('problem' in asked) return unanswered('request', asked.problem);
  const expiresAt = answerWithinMs === undefined ? undefined : run.now() + answerWithinMs;
  let rejection: readonly Rejection[] = [];
  for (;;) {
    const happening: Happening = yield {
      kind: 'interaction',
      path,
      stepId,
      attempt,
      ...asked,
      ...(rejection.length === 0 ? {} : { rejection }),
      ...(run.failure === undefined ? {} : { failure: run.failure }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
    if (happening.type === 'cancel') return 'cancelled';
    if (happening.type === 'elapsed' && expiresAt !== undefined)
      return unanswered('timeout', 'No answer came in time.');
    if (happening.type === 'decline') return unanswered('declined', 'The person does not answer.');
    if (happening.type !== 'submit') continue;
    const payload = completed(frame, step, happening.values);
    rejection = wrongIn(frame, step, payload);
    if (rejection.length > 0) continue;
    const interaction =
      step.mode === 'redirect' && isJsonObject(payload) ? { payload, query: payload } : { payload };
    const scope = { ...scopeOf(frame), interaction };
    const isRefusal = step.mode === 'acknowledge' && at(payload, 'acknowledged') === false;
    const isGood = step.criteria === undefined ? !isRefusal : evaluateCriteria(step.criteria, scope);
    if (isGood) return { scope, hasResult: true };
    const failure = { kind: 'answer', stepId, attempt, message: 'It is not the answer hoped for.' } as const;
    return { scope, hasResult: true, failure };
  }
}

function questionOf(frame: Frame, step: RawInteractionStep): Asked {
  const scope = scopeOf(frame);
  let problem: string | undefined;
  const valueOf = (template: Template): JsonValue | undefined => {
    const result = evaluateTemplate(template, scope);
    if ('value' in result) return result.value;
    problem ??= `"${result.missing}" has no value.`;
    return undefined;
  };
  const said = (template: Template): string => {
    const value = valueOf(template) ?? null;
    if (value === null) problem ??= 'There is nothing to say.';
    return textOf(value);
  };
  const prompt = said(step.prompt);
  const context: Record<string, JsonValue> = {};
  for (const [name, template] of Object.entries(step.shown)) {
    const value = valueOf(template);
    if (value !== undefined) setMember(context, name, value);
  }
  let url = step.url === undefined ? undefined : said(step.url);
  if (url !== undefined && !/^https?:/i.test(url)) problem ??= 'No browser goes there.';
  if (step.operation !== undefined) {
    const { parameters: declared } = step.operation;
    const parameters = step.parameters.flatMap(({ name, in: place, value: template }): ParameterValue[] => {
      const value = valueOf(template);
      const isNeeded =
        place === 'path' || declared.some((one) => one.required && one.name === name && one.in === place);
      if (value === undefined && isNeeded) problem ??= `"${name}" has no value.`;
      return value === undefined ? [] : [{ name, in: place, value }];
    });
    const built = buildRequest(step.operation, { parameters });
    url = 'value' in built ? built.value.url : undefined;
  }
  return problem === undefined ? { prompt, context, ...(url === undefined ? {} : { url }) } : { problem };
}

/** The answer with the defaults that its schema has for what is left out. */
function completed({ reading }: Frame, { schema }: RawInteractionStep, given: JsonObject): JsonValue {
  const { componentInputs } = reading.workflow;
  const followed = (part: JsonValue | undefined): JsonValue | undefined => {
    const reference = at(part, '$ref');
    if (typeof reference !== 'string') return part;
    const tokens = parsePointer(reference.replace(/^#/, '')) ?? [];
    return followed(resolvePointer({ components: { inputs: componentInputs } }, tokens));
  };
  const properties = at(followed(schema), 'properties');
  const answer: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(given)) setMember(answer, name, value);
  for (const [name, property] of Object.entries(isJsonObject(properties) ? properties : {})) {
    const value = at(followed(property), 'default');
    if (value !== undefined && !hasMember(given, name)) setMember(answer, name, value);
  }
  return answer;
}

function wrongIn(
  { reading }: Frame,
  { schema }: RawInteractionStep,
  payload: JsonValue,
): readonly Rejection[] {
  const { workflow } = reading;
  const parts = [...conjuncts(schema, workflow)];
  const names = parts.flatMap((part) => [
    ...Object.keys(at(part, 'properties') ?? {}),
    ...list(part, 'required').map(String),
  ]);
  const check = compileSchema({ components: { inputs: workflow.componentInputs }, allOf: [schema] });
  const found = new Map<string, Rejection>();
  for (const { instance, rule } of check(payload)) {
    const [first = ''] = parsePointer(instance) ?? [];
    const input = names.includes(first) ? first : '';
    if (!found.has(input)) found.set(input, { input, rule });
  }
  return [...found.values()];
}
