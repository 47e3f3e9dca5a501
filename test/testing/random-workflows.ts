import * as fc from 'fast-check';
import { type JsonObject, type JsonValue, setMember } from '../../src/document/json.ts';
import type { Happening, Situation } from '../../src/testing/situation.ts';
import {
  type Action,
  type Step,
  INPUT_NAMES,
  STEP_IDS,
  aStep,
  anAction,
  anInput,
  buildStep,
  some,
} from './random-parts.ts';

/** A small valid workflow `w`, the description of its API (source `api`), and inputs to start it with. */
export interface RandomWorkflow {
  readonly document: JsonObject;
  readonly openapi: JsonObject;
  /** Given up front; in one of some twenty workflows a value is wrong. */
  readonly inputs: JsonObject;
  /** A good value for each input that the workflow refers to. */
  readonly goodValues: JsonObject;
}

const parts = fc.record({
  inputs: fc.array(anInput, { minLength: 1, maxLength: INPUT_NAMES.length, size: 'max' }),
  steps: fc.array(aStep, { minLength: 2, maxLength: STEP_IDS.length, size: 'max' }),
  failureActions: fc.array(anAction, { maxLength: 2, size: 'max' }),
  isWrong: fc.nat(19).map((number) => number === 0),
});

type Parts = typeof parts extends fc.Arbitrary<infer Value> ? Value : never;

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

  const actions = (
    list: readonly Action[],
    isSuccess: boolean,
    { asks, prefix = 'action' }: { asks?: Step['asks']; prefix?: string } = {},
  ): JsonObject[] =>
    list.map(({ type, condition: ofRequest, target, ask, retryAfter, retryLimit }, index) => {
      const condition = asks === undefined ? ofRequest : asks.conditions[index];
      const onSuccess = asks === undefined ? '$statusCode == 201' : "$interaction.payload#/kind == 'b'";
      const kind = isSuccess && type === 'retry' ? 'end' : type;
      const asked =
        canAsk.length === 0 ? [] : [...new Set(ask?.map((input) => canAsk[input % canAsk.length] ?? ''))];
      return {
        name: `${prefix}${index}`,
        type: kind,
        ...(kind === 'goto' ? { stepId: stepId(target) } : {}),
        ...(kind === 'goto' && !isSuccess && ask !== undefined ? { 'x-xstate': { ask: asked } } : {}),
        ...(kind === 'retry' && retryAfter !== undefined ? { retryAfter } : {}),
        ...(kind === 'retry' && retryLimit !== undefined ? { retryLimit } : {}),
        ...(isSuccess ? { criteria: [{ condition: onSuccess }] } : {}),
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
      arazzo: '1.2.0',
      info: { title: 'Random', version: '1' },
      sourceDescriptions: [{ name: 'api', url: 'api.json', type: 'openapi' }],
      workflows: [
        {
          workflowId: 'w',
          inputs: { type: 'object', properties, required },
          steps: built.map(({ step, source }) => ({
            ...step,
            ...some('onSuccess', actions(source.onSuccess, true, source)),
            ...some('onFailure', actions(source.onFailure, false, source)),
            ...some('onTimeout', actions(source.onTimeout === undefined ? [] : [source.onTimeout], false)),
            ...(source.asks === undefined || source.onCancel === undefined
              ? {}
              : { onCancel: actions([source.onCancel], false, { prefix: 'cancelled' })[0] ?? {} }),
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
      paths: Object.fromEntries(built.map(({ path, pathItem }) => [path, pathItem])),
    },
    inputs: Object.fromEntries(given),
    goodValues: Object.fromEntries(names.map((input, index) => [input, good[index] ?? null])),
  };
}

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
  if (situation.kind === 'message') {
    if (roll % 64 < 6) return { type: 'lost', kind: pick(['network', 'timeout', 'interrupted'], detail) };
    if (roll % 64 < 8) return { type: 'response', statusCode: 200 };
    return {
      type: 'message',
      headers: detail % 5 === 0 ? {} : { From: `h${detail % 100}` },
      payload: {
        ok: detail % 4 !== 0,
        ...(detail % 6 === 0 ? {} : { value: `v${detail % 100}` }),
        ...(detail % 3 === 0 ? { error_type: pick(['wrong', 'expired', 'other'], roll) } : {}),
      },
    };
  }
  if (situation.kind === 'interaction') {
    const answers: readonly JsonObject[] = [
      { ok: true },
      { ok: true, acknowledged: true },
      { ok: true, acknowledged: true, kind: 'b', value: `v${detail % 100}` },
      { ok: true, kind: 'b' },
      { ok: false, acknowledged: true },
      { ok: true, acknowledged: false },
      { ok: 'yes', acknowledged: 'yes' },
      { acknowledged: true, kind: 'c' },
      {},
      { ok: true, acknowledged: true, nobody: detail },
    ];
    const submits = answers.map((values) => ({ type: 'submit', values }) as const);
    return pick<Happening>(
      [
        ...submits,
        ...submits,
        { type: 'decline' },
        { type: 'decline' },
        { type: 'elapsed' },
        { type: 'elapsed' },
        { type: 'repeat' },
      ],
      roll % 64,
    );
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
