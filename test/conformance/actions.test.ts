// Success Action Object and Failure Action Object, https://spec.openapis.org/arazzo/v1.1.0.html#success-action-object
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/index.ts';
import { documentOf, problemsOf, run, step, stepsOf, stepWith, type Answer } from './scenario.ts';

const when = (condition: string): JsonObject => ({ criteria: [{ condition }] });
const child: JsonObject = {
  workflowId: 'child',
  inputs: { type: 'object', properties: { n: {} } },
  steps: [step('d', { requestBody: { payload: { n: '$inputs.n' } } })],
  outputs: { from: '$inputs.n' },
};
const onSuccess = (action: JsonObject, document: JsonObject = {}) =>
  documentOf([{ steps: [step('a', { onSuccess: [action] }), step('b'), step('c')] }, child], document);
const onFailure = (...actions: readonly JsonObject[]) =>
  documentOf([{ steps: [step('a', { onFailure: actions }), step('b'), step('c')] }, child]);
const S = '/workflows/0/steps/0/onSuccess/0';
const F = '/workflows/0/steps/0/onFailure/0';
const failing = (...answers: readonly Answer[]) => ({ answers: { '/a': answers } });

describe('success actions', () => {
  it('SUC-01 have a name, whose case counts', async () => {
    expect(await problemsOf(onSuccess({ type: 'end' }))).toContain(`error arazzo/required-field ${S}`);
    const two = [
      { name: 'x', type: 'end', ...when('$statusCode == 201') },
      { name: 'X', type: 'end', ...when('$statusCode == 202') },
    ];
    expect(await problemsOf(stepWith({ onSuccess: two }))).toEqual([]);
  });

  it('SUC-02 are of type end or goto', async () => {
    expect(await problemsOf(onSuccess({ name: 'x' }))).toContain(`error arazzo/required-field ${S}`);
    expect(await problemsOf(onSuccess({ name: 'x', type: 'goto', stepId: 'c' }))).toEqual([
      'warning arazzo/step-unreachable /workflows/0/steps/1/stepId',
    ]);
    for (const type of ['retry', 'End'])
      expect(await problemsOf(onSuccess({ name: 'x', type }))).toContain(
        `error arazzo/field-value ${S}/type`,
      );
  });

  it('SUC-03 AMB-04 of type end end the workflow with its outputs, and so a step that called it', async () => {
    const end = { onSuccess: [{ name: 'x', type: 'end' }], outputs: { code: '$statusCode' } };
    const ending = { steps: [step('a', end), step('b')], outputs: { code: '$steps.a.outputs.code' } };
    expect(await run(documentOf(ending))).toMatchObject({
      status: 'done',
      called: '/a',
      outputs: { code: 200 },
    });
    const calling = { steps: [step('x', { workflowId: 'ending' }), step('c')] };
    expect((await run(documentOf([calling, { ...ending, workflowId: 'ending' }]))).called).toBe('/a /c');
  });

  it('SUC-04 AMB-03 of type goto pass control on, forwards or backwards, and it does not come back', async () => {
    expect((await run(onSuccess({ name: 'x', type: 'goto', stepId: 'c' }))).called).toBe('/a /c');
    const back = {
      onSuccess: [{ name: 'x', type: 'goto', stepId: 'a', ...when('$response.body#/more == true') }],
    };
    const loop = stepsOf([step('a'), step('b', back), step('c')]);
    expect((await run(loop, { answers: { '/b': [[200, { more: true }]] } })).called).toBe('/a /b /a /b /c');
    const away = await run(onSuccess({ name: 'x', type: 'goto', workflowId: 'child' }));
    expect(away).toMatchObject({ status: 'done', called: '/a /d' });
  });

  it('SUC-05 of type goto lead to one place, a step or a workflow', async () => {
    for (const target of [{}, { stepId: 'c', workflowId: 'child' }])
      expect(await problemsOf(onSuccess({ name: 'x', type: 'goto', ...target }))).toContain(
        `error arazzo/action-target ${S}`,
      );
  });

  it('SUC-06 lead to steps of their own workflow', async () => {
    for (const stepId of ['d', 'none'])
      expect(await problemsOf(onSuccess({ name: 'x', type: 'goto', stepId }))).toContain(
        `error arazzo/step-reference-exists ${S}/stepId`,
      );
  });

  const far = documentOf({ ...child, workflowId: 'far' });
  const sources: JsonObject = {
    sourceDescriptions: [
      { name: 'api', url: 'api.json', type: 'openapi' },
      { name: 'other', url: 'other.json', type: 'arazzo' },
    ],
  };

  it('SUC-07 lead to a workflow of another document by its qualified id', async () => {
    const document = (workflowId: string) => onSuccess({ name: 'x', type: 'goto', workflowId }, sources);
    const files = { 'other.json': far };
    expect((await run(document('$sourceDescriptions.other.far'), { files })).called).toBe('/a /d');
    expect(await problemsOf(document('far'), files)).toContain(
      `error arazzo/workflow-reference-exists ${S}/workflowId`,
    );
  });

  it('SUC-08 of type end ignore where they lead, and say so', async () => {
    const document = onSuccess({ name: 'x', type: 'end', stepId: 'c' });
    expect(await problemsOf(document)).toContain(`warning arazzo/irrelevant-field ${S}/stepId`);
    expect((await run(document)).called).toBe('/a');
  });

  it('SUC-09 give their parameters to the workflow', async () => {
    const parameters = [{ name: 'n', value: '$response.body#/n' }];
    const document = onSuccess({ name: 'x', type: 'goto', workflowId: 'child', parameters });
    const { requests, outputs } = await run(document, failing([200, { n: 7 }]));
    expect([requests[1]?.body, outputs]).toEqual(['{"n":7}', { from: 7 }]);
  });

  it('SUC-10 have parameters without in, each once, which may be reused', async () => {
    const document = (...parameters: readonly JsonValue[]) =>
      onSuccess(
        { name: 'x', type: 'goto', workflowId: 'child', parameters },
        { components: { parameters: { n: { name: 'n', value: 7 } } } },
      );
    expect(await problemsOf(document({ name: 'n', in: 'query', value: 1 }))).toContain(
      `error arazzo/irrelevant-field ${S}/parameters/0/in`,
    );
    expect(await problemsOf(document({ name: 'n', value: 1 }, { name: 'n', value: 2 }))).toContain(
      `error arazzo/parameter-unique ${S}/parameters/1`,
    );
    expect((await run(document({ reference: '$components.parameters.n' }))).requests[1]?.body).toBe(
      '{"n":7}',
    );
  });

  it('SUC-11 have parameters only where they lead to a workflow', async () => {
    const parameters = [{ name: 'n', value: 1 }];
    expect(await problemsOf(onSuccess({ name: 'x', type: 'goto', stepId: 'c', parameters }))).toContain(
      `error arazzo/action-target ${S}/parameters`,
    );
  });

  it('SUC-12 are taken when all of their criteria hold', async () => {
    const criteria = [{ condition: '$statusCode == 201' }, { condition: '$response.body#/ok == true' }];
    const document = onSuccess({ name: 'x', type: 'end', criteria });
    const called = async (...answer: readonly [number, JsonValue]) =>
      (await run(document, failing(answer))).called;
    expect(await called(201, { ok: true })).toBe('/a');
    expect(await called(201, { ok: false })).toBe('/a /b /c');
    expect(await called(200, { ok: true })).toBe('/a /b /c');
    expect(await problemsOf(onSuccess({ name: 'x', type: 'end', criteria: [] }))).toContain(
      `error arazzo/empty-list ${S}/criteria`,
    );
  });

  it('SUC-13 are taken always where they have no criteria; those after them never', async () => {
    const actions = [
      { name: 'x', type: 'end' },
      { name: 'y', type: 'goto', stepId: 'c' },
    ];
    const document = stepsOf([step('a', { onSuccess: actions }), step('b'), step('c')]);
    expect((await run(document)).called).toBe('/a');
    expect(await problemsOf(document)).toContain(
      'warning arazzo/action-never-reached /workflows/0/steps/0/onSuccess/1',
    );
  });

  it('SUC-14 may have extensions', async () => {
    expect(await problemsOf(stepWith({ onSuccess: [{ name: 'x', type: 'end', 'x-a': 1 }] }))).toEqual([]);
    expect(await problemsOf(stepWith({ onSuccess: [{ name: 'x', type: 'end', a: 1 }] }))).toEqual([
      `error arazzo/unknown-field ${S}/a`,
    ]);
  });
});

describe('failure actions', () => {
  const again = (more: JsonObject = {}): JsonObject => ({ name: 'again', type: 'retry', ...more });

  it('FAIL-01 have a name, and are of type end, goto or retry', async () => {
    expect(await problemsOf(onFailure({ type: 'end' }))).toContain(`error arazzo/required-field ${F}`);
    expect(await problemsOf(onFailure({ name: 'x' }))).toContain(`error arazzo/required-field ${F}`);
    expect(await problemsOf(onFailure({ name: 'x', type: 'stop' }))).toContain(
      `error arazzo/field-value ${F}/type`,
    );
    for (const action of [{ type: 'end' }, { type: 'retry' }, { type: 'goto', stepId: 'c' }])
      expect(await problemsOf(onFailure({ name: 'x', ...action }))).toEqual([]);
  });

  it('FAIL-02 AMB-04 of type end end the workflow, which has failed', async () => {
    expect(await run(onFailure({ name: 'x', type: 'end' }), failing([500]))).toMatchObject({
      status: 'failed',
      called: '/a',
      failure: { endedBy: 'x' },
    });
  });

  it('FAIL-03 of type goto pass control on to a step or a workflow', async () => {
    expect((await run(onFailure({ name: 'x', type: 'goto', stepId: 'c' }), failing([500]))).called).toBe(
      '/a /c',
    );
    expect(
      (await run(onFailure({ name: 'x', type: 'goto', workflowId: 'child' }), failing([500]))).called,
    ).toBe('/a /d');
    expect(await problemsOf(onFailure({ name: 'x', type: 'goto' }))).toContain(
      `error arazzo/action-target ${F}`,
    );
  });

  it('FAIL-04 of type retry send the step again', async () => {
    const result = await run(onFailure(again({ retryAfter: 1, retryLimit: 5 })), failing([500], [500]));
    expect([result.called, result.waits]).toEqual(['/a /a /a /b /c', [1000, 1000]]);
  });

  it('FAIL-05 of type retry run a step or a workflow first, each time, and come back', async () => {
    const first = async (target: JsonObject) =>
      (await run(onFailure(again({ retryLimit: 2, ...target })), failing([401], [401]))).called;
    expect(await first({ workflowId: 'child' })).toBe('/a /d /a /d /a /b /c');
    expect(await first({ stepId: 'c' })).toBe('/a /c /a /c /a /b /c');
  });

  it('FAIL-06 lead to one place at most, and to steps of their own workflow', async () => {
    expect(await problemsOf(onFailure(again({ stepId: 'c', workflowId: 'child' })))).toContain(
      `error arazzo/action-target ${F}`,
    );
    for (const type of ['goto', 'retry'])
      expect(await problemsOf(onFailure({ name: 'x', type, stepId: 'd' }))).toContain(
        `error arazzo/step-reference-exists ${F}/stepId`,
      );
    expect(await problemsOf(onFailure({ name: 'x', type: 'end', stepId: 'c' }))).toContain(
      `warning arazzo/irrelevant-field ${F}/stepId`,
    );
  });

  it('FAIL-07 lead to a workflow of another document by its qualified id', async () => {
    const document = (workflowId: string) => ({
      ...onFailure(again({ workflowId })),
      sourceDescriptions: [
        { name: 'api', url: 'api.json', type: 'openapi' },
        { name: 'other', url: 'other.json', type: 'arazzo' },
      ],
    });
    const settings = {
      files: { 'other.json': documentOf({ ...child, workflowId: 'far' }) },
      ...failing([500]),
    };
    expect((await run(document('$sourceDescriptions.other.far'), settings)).called).toBe('/a /d /a /b /c');
    expect(await problemsOf(document('far'), settings.files)).toContain(
      `error arazzo/workflow-reference-exists ${F}/workflowId`,
    );
  });

  it('FAIL-08 give their parameters, without in and each once, to the workflow', async () => {
    const document = (...parameters: readonly JsonObject[]) =>
      onFailure(again({ workflowId: 'child', parameters }));
    const { requests } = await run(document({ name: 'n', value: '$statusCode' }), failing([503]));
    expect(requests[1]?.body).toBe('{"n":503}');
    expect(await problemsOf(document({ name: 'n', in: 'query', value: 1 }))).toContain(
      `error arazzo/irrelevant-field ${F}/parameters/0/in`,
    );
    expect(await problemsOf(document({ name: 'n', value: 1 }, { name: 'n', value: 2 }))).toContain(
      `error arazzo/parameter-unique ${F}/parameters/1`,
    );
    expect(await problemsOf(onFailure(again({ parameters: [{ name: 'n', value: 1 }] })))).toContain(
      `error arazzo/action-target ${F}/parameters`,
    );
  });

  it('FAIL-09 of type retry wait for retryAfter, in seconds', async () => {
    expect((await run(onFailure(again({ retryAfter: 0.5 })), failing([500]))).waits).toEqual([500]);
    for (const retryAfter of [-1, '1'])
      expect(await problemsOf(onFailure(again({ retryAfter })))).toContain(
        `error arazzo/field-type ${F}/retryAfter`,
      );
    expect(await problemsOf(onFailure({ name: 'x', type: 'end', retryAfter: 1 }))).toContain(
      `warning arazzo/retry-fields ${F}/retryAfter`,
    );
  });

  it('FAIL-10 AMB-06 of type retry wait as long as the response says, in seconds or until a date', async () => {
    const waits = async (more: JsonObject, header: string) =>
      (await run(onFailure(again(more)), failing([503, undefined, { 'retry-after': header }]))).waits;
    expect(await waits({ retryAfter: 1 }, '7')).toEqual([7000]);
    expect(await waits({}, '7')).toEqual([7000]);
    expect(await waits({ retryAfter: 1 }, new Date(9000).toUTCString())).toEqual([9000]);
    expect(await waits({ retryAfter: 1 }, 'soon')).toEqual([1000]);
  });

  it('FAIL-11 AMB-06 of type retry try so often again as retryLimit says', async () => {
    const called = async (retryLimit: number) =>
      (await run(onFailure(again({ retryLimit })), failing([500], [500], [500], [500], [500]))).called;
    expect(await called(3)).toBe('/a /a /a /a');
    expect(await called(0)).toBe('/a');
    for (const retryLimit of [-1, 1.5])
      expect(await problemsOf(onFailure(again({ retryLimit })))).toContain(
        `error arazzo/field-type ${F}/retryLimit`,
      );
    expect(await problemsOf(onFailure({ name: 'x', type: 'end', retryLimit: 1 }))).toContain(
      `warning arazzo/retry-fields ${F}/retryLimit`,
    );
  });

  it('FAIL-12 of type retry try once again where there is no retryLimit', async () => {
    expect(await run(onFailure(again()), failing([500], [500]))).toMatchObject({
      status: 'failed',
      called: '/a /a',
    });
  });

  it('FAIL-13 after a retry are tried once its limit is used up', async () => {
    const document = onFailure(again({ retryLimit: 2 }), { name: 'x', type: 'goto', stepId: 'c' });
    expect((await run(document, failing([500], [500], [500]))).called).toBe('/a /a /a /c');
    expect((await run(document, failing([500]))).called).toBe('/a /a /b /c');
    const none = await run(onFailure(again({ retryLimit: 2 })), failing([500], [500], [500]));
    expect([none.status, none.called]).toEqual(['failed', '/a /a /a']);
  });

  it('FAIL-14 are taken when all of their criteria hold', async () => {
    const criteria = [{ condition: '$statusCode >= 500' }, { condition: '$response.body#/final == true' }];
    const document = onFailure({ name: 'x', type: 'goto', stepId: 'c', criteria });
    const called = async (...answer: readonly [number, JsonValue]) =>
      (await run(document, failing(answer))).called;
    expect(await called(500, { final: true })).toBe('/a /c');
    expect(await called(500, { final: false })).toBe('/a');
    expect(await called(404, { final: true })).toBe('/a');
    expect(
      (await run(onFailure({ name: 'x', type: 'goto', stepId: 'c', criteria: [] }), failing([500]))).called,
    ).toBe('/a /c');
  });

  it('FAIL-15 of type retry do not wait where nothing says how long', async () => {
    expect(await run(onFailure(again()), failing([500]))).toMatchObject({ waits: [], called: '/a /a /b /c' });
  });

  it('FAIL-16 of type retry need nothing but their name', async () => {
    for (const arazzo of ['1.0.1', '1.1.0'])
      expect(await problemsOf({ ...onFailure(again()), arazzo })).toEqual([]);
  });

  it('FAIL-17 AMB-34 of type retry lead on as if there had been no failure, with the outputs of the last attempt', async () => {
    const steps = [
      step('a', {
        onFailure: [again()],
        outputs: { v: '$response.body#/v' },
        onSuccess: [{ name: 'skip', type: 'goto', stepId: 'c', ...when('$response.body#/v == 2') }],
      }),
      step('b'),
      step('c'),
    ];
    const document = stepsOf(steps, { outputs: { v: '$steps.a.outputs.v' } });
    expect(await run(document, failing([500, { v: 1 }], [200, { v: 2 }]))).toMatchObject({
      status: 'done',
      called: '/a /a /c',
      outputs: { v: 2 },
    });
  });

  it('FAIL-18 may have extensions', async () => {
    expect(await problemsOf(onFailure({ name: 'x', type: 'end', 'x-a': 1 }))).toEqual([]);
    expect(await problemsOf(onFailure({ name: 'x', type: 'end', a: 1 }))).toEqual([
      `error arazzo/unknown-field ${F}/a`,
    ]);
  });
});
