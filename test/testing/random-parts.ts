import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/document/json.ts';

/** The ids of steps, in order. */
export const STEP_IDS = ['sendCode', 'check', 'getItem', 'verifyCode', 'login', 'step6'];
/** The names of inputs. */
export const INPUT_NAMES = ['phone', 'code', 'constructor', 'organization_id', 'minutes'];
const PLACES = [
  'path',
  'requiredQuery',
  'query',
  'header',
  'body',
  'requiredBody',
  'text',
  'criterion',
] as const;
/** What failure actions may ask for. */
export const CONDITIONS = [
  '$statusCode == 400',
  '$statusCode == 404',
  '$statusCode == null',
  '$statusCode >= 400',
  '$statusCode >= 400',
  '$statusCode >= 429',
  "$response.body#/error_type == 'wrong'",
  "$response.body#/error_type == 'expired' && $statusCode == 400",
];

/** A value in so many of a hundred cases. */
export const sometimes = <Value>(
  percent: number,
  arbitrary: fc.Arbitrary<Value>,
): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary });

/** True in so many of a hundred cases. */
export const chance = (percent: number): fc.Arbitrary<boolean> =>
  fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(false) },
    { weight: percent, arbitrary: fc.constant(true) },
  );

/** What is decided about an input. */
export const anInput = fc.record({
  type: fc.constantFrom('string', 'integer'),
  isDeclared: chance(80),
  isRequired: chance(70),
  hasDefault: chance(15),
  isGiven: chance(25),
});

/** What is decided about an action. */
export const anAction = fc.record({
  type: fc.constantFrom('goto', 'goto', 'goto', 'goto', 'retry', 'retry', 'end'),
  condition: sometimes(75, fc.constantFrom(...CONDITIONS)),
  target: fc.nat(5),
  ask: sometimes(25, fc.array(fc.nat(4), { maxLength: 2 })),
  retryAfter: sometimes(60, fc.nat(5)),
  retryLimit: sometimes(60, fc.nat(2)),
});

/** What the actions of steps that ask a person may ask for. */
export const ANSWER_CONDITIONS = [
  '$interaction.payload#/ok == false',
  "$interaction.payload#/kind == 'b'",
  '$interaction.payload == null',
  '$interaction.query.value == null',
  '$statusCode == 400',
];

/** What is decided about a step that asks a person. */
const aQuestion = fc.record({
  leadsTo: fc.constantFrom('form', 'form', 'acknowledge', 'acknowledged', 'url', 'anyUrl', 'operation'),
  isStrict: chance(30),
  hasDefault: chance(30),
  timeout: sometimes(50, fc.constantFrom<JsonValue>('PT50S', 40_000)),
  criteria: sometimes(
    60,
    fc.constantFrom('$interaction.payload#/ok == true', '$interaction.payload#/ok != false'),
  ),
  conditions: fc.array(sometimes(60, fc.constantFrom(...ANSWER_CONDITIONS)), { minLength: 3, maxLength: 3 }),
});

/** What is decided about a step that sends a request. */
export const aStep = fc.record({
  uses: fc.array(fc.record({ input: fc.nat(4), place: fc.constantFrom(...PLACES) }), {
    minLength: 1,
    maxLength: 3,
    size: 'max',
  }),
  earlier: sometimes(
    50,
    fc.record({ step: fc.nat(5), place: fc.constantFrom('body', 'query', 'path', 'text') }),
  ),
  criteria: fc.constantFrom(undefined, '$statusCode == 200', '$response.body#/ok == true'),
  onSuccess: fc.array(anAction, { maxLength: 1 }),
  onFailure: fc.array(anAction, { minLength: 1, maxLength: 3, size: 'max' }),
  repeatable: sometimes(30, fc.constantFrom<JsonValue>(true, false, { afterSeconds: 15 })),
  timeoutSeconds: sometimes(30, fc.constant(60)),
  onTimeout: sometimes(40, anAction),
  onCancel: sometimes(40, anAction),
  /** It asks a person instead. */
  asks: sometimes(18, aQuestion),
});

/** What was decided about an action. */
export type Action = typeof anAction extends fc.Arbitrary<infer Value> ? Value : never;

/** What was decided about a step. */
export type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Builds a step and its operation, which has a name of its own in the description of the API. */
export function buildStep<Source extends Step>(
  source: Source,
  index: number,
  inputOf: (index: number) => string,
  stepId: (index: number) => string,
  operationId = `operation${index}`,
) {
  if (source.asks !== undefined)
    return buildQuestion(source, source.asks, index, inputOf, stepId, operationId);
  const parameters: JsonObject[] = [];
  const declarations: JsonObject[] = [];
  const payload: Record<string, JsonValue> = { step: index };
  const requiredProperties: string[] = [];
  const criteria: string[] = source.criteria === undefined ? [] : [source.criteria];
  let path = `/${operationId}`;

  const parameter = (name: string, place: string, value: string, isRequired: boolean): void => {
    parameters.push({ name, in: place, value });
    declarations.push({ name, in: place, required: isRequired, schema: {} });
  };
  const use = (place: string, member: string, expression: string): void => {
    if (place === 'path') {
      path += `/{${member}}`;
      parameter(member, 'path', expression, true);
    } else if (place === 'requiredQuery' || place === 'query') {
      parameter(member, 'query', expression, place === 'requiredQuery');
    } else if (place === 'header') {
      parameter(`x-${member}`, 'header', expression, false);
    } else if (place === 'criterion') {
      criteria.push(`${expression} != 'never'`);
    } else {
      payload[member] = place === 'text' ? `<{${expression}}>` : expression;
      if (place === 'requiredBody') requiredProperties.push(member);
    }
  };
  for (const [number, { input, place }] of source.uses.entries())
    use(place, `m${number}`, `$inputs.${inputOf(input)}`);
  if (source.earlier !== undefined && index > 0) {
    use(source.earlier.place, 'earlier', `$steps.${stepId(source.earlier.step % index)}.outputs.value`);
  }

  const extension = {
    ...(source.repeatable === undefined ? {} : { repeatable: source.repeatable }),
    ...(source.timeoutSeconds === undefined ? {} : { timeoutSeconds: source.timeoutSeconds }),
  };
  const operation = {
    operationId,
    parameters: declarations,
    requestBody: {
      content: { 'application/json': { schema: { type: 'object', required: requiredProperties } } },
    },
    responses: {},
  } satisfies JsonObject;
  return {
    source,
    path,
    pathItem: { post: operation } as JsonObject,
    step: {
      stepId: stepId(index),
      operationId,
      ...some('parameters', parameters),
      requestBody: { payload },
      ...some(
        'successCriteria',
        criteria.map((condition) => ({ condition })),
      ),
      outputs: { value: '$response.body#/value' },
      ...(Object.keys(extension).length === 0 ? {} : { 'x-xstate': extension }),
    } as JsonObject,
  };
}

/** Builds a step that asks a person; where it sends them to an operation, that operation too. */
function buildQuestion<Source extends Step>(
  source: Source,
  { leadsTo, isStrict, hasDefault, timeout, criteria }: NonNullable<Step['asks']>,
  index: number,
  inputOf: (index: number) => string,
  stepId: (index: number) => string,
  operationId: string,
) {
  const parameters: JsonObject[] = [];
  const declarations: JsonObject[] = [];
  const shown: Record<string, JsonValue> = { step: index };
  const conditions: string[] = criteria === undefined ? [] : [criteria];
  let prompt = `Step ${index}?`;
  let path = `/${operationId}`;
  let url = leadsTo === 'anyUrl' ? '' : 'https://auth.example/authorize?step=1';
  const use = (place: string, member: string, expression: string): void => {
    const isWhole = place === 'query' || place === 'requiredQuery';
    if (place === 'criterion') conditions.push(`${expression} != 'never'`);
    else if (place === 'text' || place === 'requiredBody') prompt += ` <{${expression}}>`;
    else if (place === 'body' || place === 'header') shown[member] = expression;
    else if (leadsTo === 'operation') {
      const required = place !== 'query';
      if (place === 'path') path += `/{${member}}`;
      parameters.push({ name: member, in: isWhole ? 'query' : 'path', value: expression });
      declarations.push({ name: member, in: isWhole ? 'query' : 'path', required, schema: {} });
    } else if (leadsTo === 'url') url += `&${member}={${expression}}`;
    else if (leadsTo === 'anyUrl' && url === '') url = expression;
    else shown[member] = `<{${expression}}>`;
  };
  for (const [number, { input, place }] of source.uses.entries())
    use(place, `m${number}`, `$inputs.${inputOf(input)}`);
  if (source.earlier !== undefined && index > 0)
    use(source.earlier.place, 'earlier', `$steps.${stepId(source.earlier.step % index)}.outputs.value`);
  const isRedirect = leadsTo === 'url' || leadsTo === 'anyUrl' || leadsTo === 'operation';
  const inputSchema = {
    type: 'object',
    required: ['ok'],
    properties: {
      ok: { type: 'boolean' },
      kind: { enum: ['a', 'b'] },
      value: { type: 'string', ...(hasDefault ? { default: 'usual' } : {}) },
    },
    ...(isStrict ? { additionalProperties: false } : {}),
  };
  const extension = {
    ...(source.repeatable === undefined ? {} : { repeatable: source.repeatable }),
    ...(source.timeoutSeconds === undefined ? {} : { timeoutSeconds: source.timeoutSeconds }),
  };
  return {
    source,
    path,
    pathItem: (leadsTo === 'operation'
      ? { get: { operationId, parameters: declarations, responses: {} } }
      : {}) as JsonObject,
    step: {
      stepId: stepId(index),
      interaction: {
        mode: isRedirect ? 'redirect' : leadsTo === 'form' ? 'form' : 'acknowledge',
        prompt,
        context: shown,
        ...(leadsTo === 'acknowledge' ? {} : { inputSchema }),
        ...(leadsTo === 'url' || leadsTo === 'anyUrl'
          ? { url: url === '' ? 'http://auth.example' : url }
          : {}),
        ...(leadsTo === 'operation' ? { operationId, parameters } : {}),
      },
      ...(timeout === undefined ? {} : { timeout }),
      ...some(
        'successCriteria',
        conditions.map((condition) => ({ condition })),
      ),
      outputs: { value: isRedirect ? '$interaction.query.value' : '$interaction.payload#/value' },
      ...(Object.keys(extension).length === 0 ? {} : { 'x-xstate': extension }),
    } as JsonObject,
  };
}

/** A member that is left out where its list is empty. */
export const some = (member: string, list: readonly JsonValue[]): JsonObject =>
  list.length === 0 ? {} : { [member]: list };
