// Step Object, https://spec.openapis.org/arazzo/v1.1.0.html#step-object
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/index.ts';
import { apiOf, documentOf, load, problemsOf, run, step, stepsOf, stepWith } from './scenario.ts';

const AT = '/workflows/0/steps/0';
const api: JsonObject = { name: 'api', url: 'api.json', type: 'openapi' };
const child = (more: JsonObject = {}): JsonObject => ({ workflowId: 'child', steps: [step('b')], ...more });
const when = (condition: string): JsonObject => ({ criteria: [{ condition }] });
const go = (stepId: string, more: JsonObject = {}): JsonObject => ({
  name: `to-${stepId}`,
  type: 'goto',
  stepId,
  ...more,
});

describe('a step', () => {
  it('STEP-01 has an id that no other step of its workflow has', async () => {
    expect(await problemsOf(stepsOf([step('a'), step('a')]))).toContain(
      'error arazzo/step-id-unique /workflows/0/steps/1/stepId',
    );
    expect(await problemsOf(stepsOf([step('a'), step('A', { operationId: 'b' })]))).toEqual([]);
    expect(
      await problemsOf(documentOf([{ steps: [step('a')] }, { workflowId: 'w', steps: [step('a')] }])),
    ).toEqual([]);
    expect(await problemsOf(stepsOf([{ operationId: 'a' }]))).toContain(`error arazzo/required-field ${AT}`);
  });

  it('STEP-02 should have an id of letters, digits, - and _', async () => {
    expect(await problemsOf(stepsOf([step('a-1_B', { operationId: 'a' })]))).toEqual([]);
    for (const id of ['a.b', 'a b'])
      expect(await problemsOf(stepsOf([step(id, { operationId: 'a' })]))).toEqual([
        `warning arazzo/id-pattern ${AT}/stepId`,
      ]);
  });

  it('STEP-03 calls exactly one thing', async () => {
    const targets = {
      operationId: 'a',
      operationPath: '{$sourceDescriptions.api.url}#/paths/~1a/post',
      workflowId: 'child',
    };
    const names = Object.keys(targets) as (keyof typeof targets)[];
    for (const name of names)
      expect(
        await problemsOf(documentOf([{ steps: [{ stepId: 's', [name]: targets[name] }] }, child()])),
      ).toEqual([]);
    const bad = [
      {},
      ...names.map((left) => Object.fromEntries(Object.entries(targets).filter(([name]) => name !== left))),
    ];
    for (const members of bad)
      expect(await problemsOf(documentOf([{ steps: [{ stepId: 's', ...members }] }, child()]))).toContain(
        `error arazzo/step-target ${AT}`,
      );
  });

  it('STEP-04 calls an operation by an id that exists, in its case', async () => {
    expect(await problemsOf(stepWith({ operationId: 'none' }))).toEqual([
      `error plan/operation-not-found ${AT}/operationId`,
    ]);
    expect(await problemsOf(stepWith({ operationId: 'A' }))).toEqual([
      `error plan/operation-not-found ${AT}/operationId`,
    ]);
    const twice = apiOf({
      '/a': { post: { operationId: 'a', responses: {} }, put: { operationId: 'a', responses: {} } },
    });
    expect(await problemsOf(stepWith({}), { 'api.json': twice })).toEqual([
      `error plan/operation-not-found ${AT}/operationId`,
    ]);
  });

  it('STEP-05 says which source an operation is of, where there are several that are not of Arazzo', async () => {
    const second = { name: 'second', url: 'second.json', type: 'openapi' };
    const flows = { name: 'flows', url: 'flows.json', type: 'arazzo' };
    const files = {
      'second.json': apiOf(undefined, 'https://second.test/v1'),
      'flows.json': documentOf(child()),
    };
    const document = (operationId: string, ...sourceDescriptions: readonly JsonObject[]) =>
      stepWith({ operationId }, { sourceDescriptions });
    expect(await problemsOf(document('a', api, second), files)).toContain(
      `error arazzo/qualified-operation-id ${AT}/operationId`,
    );
    expect(await problemsOf(document('a', api, flows), files)).toEqual([]);
    const { requests } = await run(document('$sourceDescriptions.second.a', api, second), { files });
    expect(requests[0]?.url).toBe('https://second.test/v1/a');
    expect(await problemsOf(document('$sourceDescriptions.api.a', api))).toEqual([]);
  });

  it('STEP-06 calls an operation by its source and a pointer to it', async () => {
    const at = (path: string) =>
      stepWith({ operationPath: path, parameters: [{ name: 'id', in: 'path', value: 7 }] });
    expect((await run(at('{$sourceDescriptions.api.url}#/paths/~1things~1{id}/get'))).called).toBe(
      '/things/7',
    );
    for (const path of ['/things/{id}/get', '#/paths/~1a/post', 'api.json#/paths/~1a/post'])
      expect(await problemsOf(at(path)), path).toContain(`error arazzo/source-pointer ${AT}/operationPath`);
  });

  it('STEP-07 calls no operation that its sources do not describe', async () => {
    for (const pointer of ['/paths/~1none/get', '/paths/~1a/get', '/paths/~1a'])
      expect(
        await problemsOf(stepWith({ operationPath: `{$sourceDescriptions.api.url}#${pointer}` })),
      ).toContain(`error plan/operation-not-found ${AT}/operationPath`);
    expect(
      await problemsOf(stepWith({ operationPath: '{$sourceDescriptions.none.url}#/paths/~1a/post' })),
    ).toContain(`error arazzo/source-reference-exists ${AT}/operationPath`);
  });

  it('STEP-09 calls a workflow of its document', async () => {
    const document = (workflowId: string) => documentOf([{ steps: [step('x', { workflowId })] }, child()]);
    expect((await run(document('child'))).called).toBe('/b');
    expect(await problemsOf(document('none'))).toContain(
      `error arazzo/workflow-reference-exists ${AT}/workflowId`,
    );
    expect(await problemsOf(document('main'))).toContain(
      `error arazzo/workflow-calls-itself ${AT}/workflowId`,
    );
  });

  it('STEP-10 calls a workflow of another document by its qualified id only', async () => {
    const files = { 'other.json': documentOf({ workflowId: 'far', steps: [step('b')] }) };
    const sourceDescriptions = [api, { name: 'other', url: 'other.json', type: 'arazzo' }];
    const document = (workflowId: string) => stepWith({ workflowId }, { sourceDescriptions });
    expect((await run(document('$sourceDescriptions.other.far'), { files })).called).toBe('/b');
    expect(await problemsOf(document('far'), files)).toContain(
      `error arazzo/workflow-reference-exists ${AT}/workflowId`,
    );
    expect(await problemsOf(document('$sourceDescriptions.other.none'), files)).toContain(
      `error plan/workflow-not-found ${AT}/workflowId`,
    );
  });

  it('STEP-11 passes its parameters on', async () => {
    const parameters = [
      { name: 'id', in: 'path', value: '$inputs.id' },
      { name: 'q', in: 'query', value: 2 },
      { name: 'x-h', in: 'header', value: 'h' },
    ];
    const { requests } = await run(
      stepsOf([step('one', { operationId: 'getThing', parameters })], {
        inputs: { type: 'object', properties: { id: {} } },
      }),
      { inputs: { id: 1 } },
    );
    expect(requests[0]).toMatchObject({ method: 'GET', url: 'https://api.test/v1/things/1?q=2' });
    expect(requests[0]?.headers.get('x-h')).toBe('h');
  });

  it('STEP-12 overrides the parameters of its workflow by name and place', async () => {
    const document = stepsOf([step('a', { parameters: [{ name: 'q', in: 'query', value: 'own' }] })], {
      parameters: [
        { name: 'q', in: 'query', value: 'shared' },
        { name: 'q', in: 'header', value: 'kept' },
      ],
    });
    const { requests } = await run(document);
    expect(new URL(requests[0]?.url ?? '').search).toBe('?q=own');
    expect(requests[0]?.headers.get('q')).toBe('kept');
  });

  it('STEP-13 says where each parameter of an operation goes', async () => {
    expect(await problemsOf(stepWith({ parameters: [{ name: 'q', value: 1 }] }))).toEqual([
      `error arazzo/required-field ${AT}/parameters/0`,
    ]);
    const reused = stepWith(
      { parameters: [{ reference: '$components.parameters.q' }] },
      { components: { parameters: { q: { name: 'q', value: 1 } } } },
    );
    expect(await problemsOf(reused)).toEqual([`error arazzo/required-field ${AT}/parameters/0`]);
  });

  it('STEP-14 gives its parameters to the inputs of a called workflow, by name', async () => {
    const called = child({
      inputs: { type: 'object', properties: { n: { type: 'integer' } } },
      steps: [step('b', { requestBody: { payload: '$inputs.n' } })],
    });
    const document = (parameter: JsonObject) =>
      documentOf([{ steps: [step('x', { workflowId: 'child', parameters: [parameter] })] }, called]);
    expect((await run(document({ name: 'n', value: 7 }))).requests[0]?.body).toBe('7');
    expect((await run(document({ name: 'n', in: 'query', value: 7 }))).requests[0]?.body).toBe('7');
    expect(await problemsOf(document({ name: 'n', in: 'query', value: 7 }))).toEqual([
      `warning arazzo/irrelevant-field ${AT}/parameters/0/in`,
    ]);
  });

  it('STEP-15 has no parameter and no action twice', async () => {
    const q = { name: 'q', in: 'query', value: 1 };
    expect(await problemsOf(stepWith({ parameters: [q, { ...q, value: 2 }] }))).toEqual([
      `error arazzo/parameter-unique ${AT}/parameters/1`,
    ]);
    for (const list of ['onSuccess', 'onFailure'])
      expect(
        await problemsOf(
          stepWith({
            [list]: [
              { name: 'x', type: 'end', ...when('$response.body#/x == 1') },
              { name: 'x', type: 'end' },
            ],
          }),
        ),
      ).toEqual([`error arazzo/action-name-unique ${AT}/${list}/1/name`]);
  });

  it('STEP-16 takes what it reuses from the components of its kind', async () => {
    const components = {
      parameters: { q: { name: 'q', in: 'query', value: 1 } },
      successActions: { s: { name: 's', type: 'end' } },
      failureActions: { f: { name: 'f', type: 'end' } },
    };
    const document = (members: JsonObject) => stepWith(members, { components });
    const references = {
      parameters: '$components.parameters.q',
      onSuccess: '$components.successActions.s',
      onFailure: '$components.failureActions.f',
    };
    for (const [list, reference] of Object.entries(references)) {
      expect(await problemsOf(document({ [list]: [{ reference }] })), list).toEqual([]);
      for (const wrong of Object.values(references).filter((one) => one !== reference))
        expect(await problemsOf(document({ [list]: [{ reference: wrong }] })), list).toEqual([
          `error arazzo/reusable-reference ${AT}/${list}/0/reference`,
        ]);
    }
  });

  it('STEP-17 sends its body', async () => {
    expect((await run(stepWith({ requestBody: { payload: { a: 1 } } }))).requests[0]).toMatchObject({
      method: 'POST',
      body: '{"a":1}',
    });
  });

  it('STEP-19 ignores a body where it calls a workflow, and says so', async () => {
    const document = documentOf([
      { steps: [step('x', { workflowId: 'child', requestBody: { payload: 1 } })] },
      child(),
    ]);
    expect(await problemsOf(document)).toEqual([`warning arazzo/irrelevant-field ${AT}/requestBody`]);
    expect((await run(document)).requests[0]?.body).toBe('');
  });
});

describe('a step', () => {
  it('STEP-20 is a success when all criteria hold', async () => {
    const document = stepWith({
      successCriteria: [{ condition: '$statusCode < 500' }, { condition: '$response.body#/ok == true' }],
    });
    const status = async (...answer: readonly [number, JsonObject]) =>
      (await run(document, { answers: { '/a': [answer] } })).status;
    expect(await status(404, { ok: true })).toBe('done');
    expect(await status(200, { ok: false })).toBe('failed');
    expect(await status(500, { ok: true })).toBe('failed');
  });

  it('STEP-21 has a criterion at least, where it has any', async () => {
    expect(await problemsOf(stepWith({ successCriteria: [] }))).toEqual([
      `error arazzo/empty-list ${AT}/successCriteria`,
    ]);
  });

  it('STEP-22 AMB-01 is a success at 2xx, where there are no criteria', async () => {
    for (const [code, status] of [
      [200, 'done'],
      [204, 'done'],
      [302, 'failed'],
      [404, 'failed'],
    ] as const)
      expect((await run(stepWith({}), { answers: { '/a': [[code]] } })).status, String(code)).toBe(status);
    const called = documentOf([{ steps: [step('x', { workflowId: 'child' })] }, child()]);
    expect((await run(called, { answers: { '/b': [[500]] } })).status).toBe('failed');
    expect((await run(called)).status).toBe('done');
  });

  it('STEP-23 leads to the next step after a success', async () => {
    expect((await run(stepsOf([step('a'), step('b')]))).called).toBe('/a /b');
  });

  it('STEP-24 takes the first success action that matches', async () => {
    const onSuccess = [go('d', when('$statusCode == 201')), go('c', when('$statusCode >= 201')), go('b')];
    const steps = [step('a', { onSuccess }), step('b'), step('c'), step('d')];
    const called = async (code: number) =>
      (await run(stepsOf(steps), { answers: { '/a': [[code]] } })).called;
    expect(await called(201)).toBe('/a /d');
    expect(await called(202)).toBe('/a /c /d');
    expect(await called(200)).toBe('/a /b /c /d');
  });

  it('STEP-25 breaks the workflow after a failure', async () => {
    const result = await run(stepsOf([step('a'), step('b')]), { answers: { '/a': [[500]] } });
    expect(result).toMatchObject({
      status: 'failed',
      called: '/a',
      failure: { stepId: 'a', statusCode: 500 },
    });
  });

  it('STEP-26 takes the first failure action that matches', async () => {
    const onFailure = [go('c', when('$statusCode == 404')), go('b', when('$statusCode >= 400'))];
    const steps = [step('a', { onFailure }), step('b'), step('c')];
    const called = async (code: number) =>
      (await run(stepsOf(steps), { answers: { '/a': [[code]] } })).called;
    expect(await called(404)).toBe('/a /c');
    expect(await called(500)).toBe('/a /b /c');
  });

  it('STEP-27 AMB-05 redefines an action of the workflow by its name, and keeps the others', async () => {
    const failureActions = [
      { name: 'missing', type: 'end', ...when('$statusCode == 404') },
      { name: 'rest', type: 'goto', stepId: 'b' },
    ];
    const onFailure = [{ name: 'missing', type: 'goto', stepId: 'c', ...when('$statusCode == 404') }];
    const document = stepsOf([step('a', { onFailure }), step('b'), step('c')], { failureActions });
    expect((await run(document, { answers: { '/a': [[404]] } })).called).toBe('/a /c');
    expect((await run(document, { answers: { '/a': [[500]] } })).called).toBe('/a /b /c');
  });

  it('STEP-28 gives outputs whose names are of letters, digits, ., - and _', async () => {
    expect(await problemsOf(stepWith({ outputs: { 'a.b-c_1': '$statusCode' } }))).toEqual([]);
    expect(await problemsOf(stepWith({ outputs: { 'a b': '$statusCode' } }))).toEqual([
      `error arazzo/output-name-pattern ${AT}/outputs/a b`,
    ]);
  });

  it('STEP-29 gives outputs, types kept, to later steps', async () => {
    const outputs = {
      whole: '$response.body',
      code: '$statusCode',
      ids: { context: '$response.body', selector: '$.list[*].id', type: 'jsonpath' },
    };
    const payload = Object.fromEntries(
      Object.keys(outputs).map((name) => [name, `$steps.a.outputs.${name}`]),
    );
    const body = { list: [{ id: 1 }, { id: 2 }], none: null };
    const { requests } = await run(
      stepsOf([step('a', { outputs }), step('b', { requestBody: { payload } })]),
      {
        answers: { '/a': [[201, body]] },
      },
    );
    expect(JSON.parse(requests[1]?.body ?? '')).toEqual({ whole: body, code: 201, ids: [1, 2] });
  });

  it('STEP-30 AMB-12 gives the outputs of a called workflow', async () => {
    const called = child({
      steps: [step('b', { outputs: { id: '$response.body#/id' } })],
      outputs: { id: '$steps.b.outputs.id' },
    });
    const outputs = { own: '$outputs.id', named: '$workflows.child.outputs.id' };
    const document = documentOf([
      {
        steps: [step('x', { workflowId: 'child', outputs })],
        outputs: { own: '$steps.x.outputs.own', named: '$steps.x.outputs.named' },
      },
      called,
    ]);
    expect((await run(document, { answers: { '/b': [[200, { id: 7 }]] } })).outputs).toEqual({
      own: 7,
      named: 7,
    });
  });

  it('STEP-31 AMB-27 has failed when its timeout is over, in milliseconds', async () => {
    const onFailure = [go('b')];
    const slow = { answers: { '/a': ['slow'] } } as const;
    const failed = await run(stepsOf([step('a', { timeout: 5 }), step('b')]), slow);
    expect(failed).toMatchObject({ status: 'failed', failure: { kind: 'timeout' }, called: '/a' });
    expect((await run(stepsOf([step('a', { timeout: 5, onFailure }), step('b')]), slow)).called).toBe(
      '/a /b',
    );
    for (const timeout of [-1, 1.5, '5'])
      expect(await problemsOf(stepWith({ timeout }))).toEqual([`error arazzo/field-type ${AT}/timeout`]);
  });

  it('AMB-27 has failed where there is no response, and its failure actions without criteria apply', async () => {
    const lost = { answers: { '/a': ['lost'] } } as const;
    const onFailure = [go('a', when('$statusCode >= 400')), go('b')];
    expect(await run(stepWith({}), lost)).toMatchObject({ status: 'failed', failure: { kind: 'network' } });
    expect((await run(stepsOf([step('a', { onFailure }), step('b')]), lost)).called).toBe('/a /b');
  });

  it('STEP-32 may have a description and extensions', async () => {
    const { value, problems } = await load(stepWith({ description: '*D*', 'x-a': null }));
    expect(problems).toEqual([]);
    expect(value?.planFor()?.steps[0]?.description).toBe('*D*');
    expect(await problemsOf(stepWith({ description: 1 }))).toEqual([
      `error arazzo/field-type ${AT}/description`,
    ]);
  });

  it('STEP-33 is over before the next one begins', async () => {
    const { requests } = await run(
      stepsOf([
        step('c', { outputs: { v: '$response.body#/v' } }),
        step('a', { requestBody: { payload: '$steps.c.outputs.v' } }),
        step('b'),
      ]),
      { answers: { '/c': [[200, { v: 1 }]] } },
    );
    expect(requests.map(({ path, body }) => path + body)).toEqual(['/c', '/a1', '/b']);
  });

  it('STEP-34 has no other fields', async () => {
    expect(await problemsOf(stepWith({ then: 'b' }))).toEqual([`error arazzo/unknown-field ${AT}/then`]);
  });
});
