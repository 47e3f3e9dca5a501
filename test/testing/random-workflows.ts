import * as fc from 'fast-check';
import { type JsonObject, type JsonValue, setMember } from '../../src/document/json.ts';
import type { Happening, Situation } from '../../src/testing/situation.ts';

/** A small valid workflow `w`, the description of its API (source `api`), and inputs to start it with. */
export interface RandomWorkflow {
  readonly document: JsonObject;
  readonly openapi: JsonObject;
  /** Given up front; in one of some twenty workflows a value is wrong. */
  readonly inputs: JsonObject;
  /** A good value for each input that the workflow refers to. */
  readonly goodValues: JsonObject;
}

const STEP_IDS = ['sendCode', 'check', 'getItem', 'verifyCode', 'login', 'step6'];
const INPUT_NAMES = ['phone', 'code', 'constructor', 'organization_id', 'minutes'];
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
const CONDITIONS = [
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
const sometimes = <Value>(percent: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 100 - percent, arbitrary: fc.constant(undefined) }, { weight: percent, arbitrary });

const chance = (percent: number): fc.Arbitrary<boolean> =>
  fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(false) },
    { weight: percent, arbitrary: fc.constant(true) },
  );

const anInput = fc.record({
  type: fc.constantFrom('string', 'integer'),
  isDeclared: chance(80),
  isRequired: chance(70),
  hasDefault: chance(15),
  isGiven: chance(25),
});

const anAction = fc.record({
  type: fc.constantFrom('goto', 'goto', 'goto', 'goto', 'retry', 'retry', 'end'),
  condition: sometimes(75, fc.constantFrom(...CONDITIONS)),
  target: fc.nat(5),
  ask: sometimes(25, fc.array(fc.nat(4), { maxLength: 2 })),
  retryAfter: sometimes(60, fc.nat(5)),
  retryLimit: sometimes(60, fc.nat(2)),
});

const aStep = fc.record({
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
});

const parts = fc.record({
  inputs: fc.array(anInput, { minLength: 1, maxLength: INPUT_NAMES.length, size: 'max' }),
  steps: fc.array(aStep, { minLength: 2, maxLength: STEP_IDS.length, size: 'max' }),
  failureActions: fc.array(anAction, { maxLength: 2, size: 'max' }),
  isWrong: fc.nat(19).map((number) => number === 0),
});

type Parts = typeof parts extends fc.Arbitrary<infer Value> ? Value : never;
type Action = Parts['failureActions'][number];
type Step = Parts['steps'][number];

/** Random workflows of 2 to 6 steps, with everything that decides where a run goes and what it asks. */
export const randomWorkflow: fc.Arbitrary<RandomWorkflow> = parts.map(build);

/** A workflow and the rolls of a die that decide what happens in a run of it. */
export const randomRun: fc.Arbitrary<{ workflow: RandomWorkflow; rolls: readonly number[] }> = fc.record({
  workflow: randomWorkflow,
  rolls: fc.array(fc.nat(2 ** 31 - 1), { minLength: 5, maxLength: 60, size: 'max' }),
});

function build({ inputs, steps, failureActions, isWrong }: Parts): RandomWorkflow {
  const names = INPUT_NAMES.slice(0, inputs.length);
  const inputOf = (index: number): string => names[index % names.length] ?? '';
  const stepId = (index: number): string => STEP_IDS[index % steps.length] ?? '';
  const good = names.map((_, index) => (inputs[index]?.type === 'integer' ? index + 1 : `value${index}`));
  const declared = names.filter((_, index) => inputs[index]?.isDeclared === true);
  const canAsk = names.filter(
    (_, index) => inputs[index]?.isDeclared && inputs[index].isRequired && !inputs[index].hasDefault,
  );

  const actions = (list: readonly Action[], isSuccess: boolean): JsonObject[] =>
    list.map(({ type, condition, target, ask, retryAfter, retryLimit }, index) => {
      const kind = isSuccess && type === 'retry' ? 'end' : type;
      const asked =
        canAsk.length === 0 ? [] : [...new Set(ask?.map((input) => canAsk[input % canAsk.length] ?? ''))];
      return {
        name: `action${index}`,
        type: kind,
        ...(kind === 'goto' ? { stepId: stepId(target) } : {}),
        ...(kind === 'goto' && !isSuccess && ask !== undefined ? { 'x-xstate': { ask: asked } } : {}),
        ...(kind === 'retry' && retryAfter !== undefined ? { retryAfter } : {}),
        ...(kind === 'retry' && retryLimit !== undefined ? { retryLimit } : {}),
        ...(isSuccess ? { criteria: [{ condition: '$statusCode == 201' }] } : {}),
        ...(!isSuccess && condition !== undefined ? { criteria: [{ condition }] } : {}),
      };
    });

  const built = steps.map((step, index) => buildStep(step, index, inputOf, stepId));
  const properties: Record<string, JsonValue> = {};
  for (const [index, input] of names.entries()) {
    const { type = 'string', isDeclared, hasDefault } = inputs[index] ?? {};
    if (isDeclared)
      setMember(properties, input, { type, ...(hasDefault ? { default: good[index] ?? null } : {}) });
  }
  const required = names.filter((_, index) => inputs[index]?.isDeclared && inputs[index].isRequired);
  const given = names.flatMap((input, index): [string, JsonValue][] =>
    inputs[index]?.isGiven
      ? [[input, isWrong && declared.includes(input) ? false : (good[index] ?? null)]]
      : [],
  );
  return {
    document: {
      arazzo: '1.0.1',
      info: { title: 'Random', version: '1' },
      sourceDescriptions: [{ name: 'api', url: 'api.json', type: 'openapi' }],
      workflows: [
        {
          workflowId: 'w',
          inputs: { type: 'object', properties, required },
          steps: built.map(({ step, source }) => ({
            ...step,
            ...some('onSuccess', actions(source.onSuccess, true)),
            ...some('onFailure', actions(source.onFailure, false)),
          })),
          ...some('failureActions', actions(failureActions, false)),
          outputs: Object.fromEntries(
            built.map(({ step }, index) => [`out${index}`, `$steps.${String(step['stepId'])}.outputs.value`]),
          ),
        },
      ],
    },
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Random', version: '1' },
      servers: [{ url: 'https://api.example' }],
      paths: Object.fromEntries(built.map(({ path, operation }) => [path, { post: operation }])),
    },
    inputs: Object.fromEntries(given),
    goodValues: Object.fromEntries(names.map((input, index) => [input, good[index] ?? null])),
  };
}

function buildStep(
  source: Step,
  index: number,
  inputOf: (index: number) => string,
  stepId: (index: number) => string,
) {
  const parameters: JsonObject[] = [];
  const declarations: JsonObject[] = [];
  const payload: Record<string, JsonValue> = { step: index };
  const requiredProperties: string[] = [];
  const criteria: string[] = source.criteria === undefined ? [] : [source.criteria];
  let path = `/operation${index}`;

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
  return {
    source,
    path,
    operation: {
      operationId: `operation${index}`,
      parameters: declarations,
      requestBody: {
        content: { 'application/json': { schema: { type: 'object', required: requiredProperties } } },
      },
      responses: {},
    } satisfies JsonObject,
    step: {
      stepId: stepId(index),
      operationId: `operation${index}`,
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

const some = (member: string, list: readonly JsonValue[]): JsonObject =>
  list.length === 0 ? {} : { [member]: list };

const pick = <Value>(choices: readonly Value[], by: number): Value => choices[by % choices.length] as Value;

/** What one roll makes happen in a situation; mostly what leads on, now and then what does not fit. */
export function happeningFor(situation: Situation, roll: number, workflow: RandomWorkflow): Happening {
  const detail = Math.floor(roll / 64);
  if (roll % 64 === 63) return { type: 'cancel' };
  if (situation.kind === 'unsendable') return { type: 'lost', kind: 'request' };
  if (situation.kind === 'delay') return { type: 'elapsed' };
  if (situation.kind === 'request') {
    if (roll % 64 < 4) {
      return { type: 'lost', kind: pick(['network', 'timeout', 'interrupted', 'internal'], detail) };
    }
    const statusCode = pick([200, 200, 200, 200, 200, 201, 400, 400, 400, 404, 429, 503], roll % 64);
    const wait = pick(['', '2', '100', 'soon'], detail);
    return {
      type: 'response',
      statusCode,
      headers: statusCode >= 429 && wait !== '' ? { 'retry-after': wait } : {},
      body: {
        ok: detail % 11 !== 0,
        ...(detail % 6 === 0 ? {} : { value: `v${detail % 100}` }),
        ...(statusCode >= 400
          ? { error_type: pick(['wrong', 'wrong', 'expired', 'other'], detail), error_message: 'No.' }
          : {}),
      },
    };
  }
  const names = Object.keys(workflow.goodValues);
  const one = pick(names, detail);
  const submit = (
    inputs: readonly string[],
    change: (value: JsonValue) => JsonValue = (value) => value,
  ): Happening => ({
    type: 'submit',
    values: Object.fromEntries(inputs.map((input) => [input, change(workflow.goodValues[input] ?? null)])),
  });
  return pick(
    [
      submit(situation.missing),
      submit(situation.missing),
      submit(situation.missing),
      submit(situation.missing, (value) => (typeof value === 'number' ? value + 1 : `${String(value)}!`)),
      submit(situation.missing.slice(0, 1)),
      submit(situation.missing, () => ['wrong']),
      submit([one]),
      submit(names),
      submit(['nobody', ...situation.missing]),
      submit([]),
      { type: 'repeat' },
      { type: 'repeat' },
      { type: 'revise', input: one },
      { type: 'revise', input: one },
      { type: 'elapsed' },
    ],
    roll % 64,
  );
}
