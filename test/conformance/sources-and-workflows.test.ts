// Source Description Object and Workflow Object, https://spec.openapis.org/arazzo/v1.1.0.html#workflow-object
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/index.ts';
import { EVENTS } from '../asyncapi/events.ts';
import { apiOf, documentOf, load, problemsOf, run, step, stepsOf, stepWith } from './scenario.ts';

const withSources = (...sourceDescriptions: readonly JsonObject[]) => stepWith({}, { sourceDescriptions });
const api: JsonObject = { name: 'api', url: 'api.json', type: 'openapi' };
const other: JsonObject = { name: 'other', url: 'other.json', type: 'arazzo' };
const AT = '/sourceDescriptions/0';

describe('a source description', () => {
  it('SRC-01 has a name that no other has', async () => {
    expect(await problemsOf(withSources({ url: 'api.json' }))).toContain(`error arazzo/required-field ${AT}`);
    expect(await problemsOf(withSources(api, { ...api, url: 'second.json' }))).toContain(
      'error arazzo/source-name-unique /sourceDescriptions/1/name',
    );
  });

  it('SRC-02 should have a name of letters, digits, - and _', async () => {
    expect(await problemsOf(withSources({ ...api, name: 'a-1_B' }))).toEqual([]);
    for (const name of ['a.b', 'a b', 'ä'])
      expect(await problemsOf(withSources({ ...api, name })), name).toEqual([
        `warning arazzo/id-pattern ${AT}/name`,
      ]);
  });

  it('SRC-03 has a URL that is a URI-reference', async () => {
    expect(await problemsOf(withSources({ name: 'api' }))).toContain(`error arazzo/required-field ${AT}`);
    for (const url of ['api.json', './api.json', '/api.json', 'memory:/api.json'])
      expect(await problemsOf(withSources({ ...api, url })), url).toEqual([]);
    expect(await problemsOf(withSources({ ...api, url: 'an api.json' }), { 'an api.json': apiOf() })).toEqual(
      [`warning arazzo/lenient-form ${AT}/url`],
    );
  });

  it('SRC-04 is of type openapi, arazzo, or since 1.1 asyncapi, and says by itself what it is where the type is absent', async () => {
    expect(await problemsOf(withSources({ name: 'api', url: 'api.json' }))).toEqual([]);
    expect(await problemsOf(withSources({ ...api, type: 'wsdl' }))).toContain(
      `error arazzo/field-value ${AT}/type`,
    );
    const both = { sourceDescriptions: [api, { name: 'events', url: 'events.json', type: 'asyncapi' }] };
    const document = (arazzo: string) =>
      stepWith({ operationId: '$sourceDescriptions.api.a' }, { ...both, arazzo });
    const files = { 'events.json': EVENTS };
    expect(await problemsOf(document('1.0.1'), files)).toEqual([
      'error arazzo/newer-version /sourceDescriptions/1/type',
    ]);
    expect(await problemsOf(document('1.1.0'), files)).toEqual([]);
    expect(await problemsOf(document('1.1.0'), { 'events.json': '{"title":"Events"}' })).toEqual([
      'error asyncapi/not-asyncapi',
    ]);
  });

  it('SRC-05 may have extensions', async () => {
    expect(await problemsOf(withSources({ ...api, 'x-a': 1 }))).toEqual([]);
    expect(await problemsOf(withSources({ ...api, a: 1 }))).toEqual([`error arazzo/unknown-field ${AT}/a`]);
  });

  it('SRC-06 gives its url and its type', async () => {
    const payload = { url: '$sourceDescriptions.api.url', type: '$sourceDescriptions.api.type' };
    expect((await run(stepWith({ requestBody: { payload } }))).requests[0]?.body).toBe(
      '{"url":"api.json","type":"openapi"}',
    );
  });

  it('SRC-07 of type arazzo offers its workflows to steps, dependencies and actions', async () => {
    const files = { 'other.json': documentOf({ workflowId: 'far', steps: [step('b')] }) };
    const far = '$sourceDescriptions.other.far';
    const called = async (workflow: JsonObject, answers = {}) =>
      (await run(documentOf(workflow, { sourceDescriptions: [api, other] }), { files, answers })).called;
    expect(await called({ steps: [step('a', { workflowId: far })] })).toBe('/b');
    expect(await called({ dependsOn: [far], steps: [step('a')] })).toBe('/b /a');
    const go = [{ name: 'go', type: 'goto', workflowId: far }];
    expect(await called({ steps: [step('a', { onSuccess: go })] })).toBe('/a /b');
    const again = [{ name: 'again', type: 'retry', workflowId: far }];
    expect(await called({ steps: [step('a', { onFailure: again })] }, { '/a': [[500]] })).toBe('/a /b /a');
  });
});

const W = '/workflows/0';

describe('a workflow', () => {
  it('WF-01 has an id that no other has', async () => {
    const steps = [step('a')];
    expect(await problemsOf(documentOf([{ steps }, { steps }]))).toContain(
      'error arazzo/workflow-id-unique /workflows/1/workflowId',
    );
    expect(await problemsOf(documentOf([{ steps }, { workflowId: 'Main', steps }]))).toEqual([]);
    const nameless = { ...stepsOf(steps), workflows: [{ steps }] };
    expect(await problemsOf(nameless)).toEqual([`error arazzo/required-field ${W}`]);
  });

  it('WF-02 should have an id of letters, digits, - and _', async () => {
    expect(await problemsOf(stepsOf([step('a')], { workflowId: 'a-1_B' }))).toEqual([]);
    expect(await problemsOf(stepsOf([step('a')], { workflowId: 'a.b' }))).toEqual([
      `warning arazzo/id-pattern ${W}/workflowId`,
    ]);
  });

  it('WF-03 may have a summary and a description', async () => {
    const { value } = await load(stepsOf([step('a')], { summary: 'S', description: '*D*' }));
    expect(value?.planFor()).toMatchObject({ summary: 'S', description: '*D*' });
    expect(await problemsOf(stepsOf([step('a')], { summary: 1 }))).toEqual([
      `error arazzo/field-type ${W}/summary`,
    ]);
  });

  it('WF-04 AMB-09 has inputs that are a JSON Schema, which they must meet', async () => {
    const uses = [step('a', { requestBody: { payload: { n: '$inputs.n' } } })];
    const inputs = { type: 'object', properties: { n: { type: 'integer', default: 3 } } };
    expect((await run(stepsOf(uses, { inputs }))).requests[0]?.body).toBe('{"n":3}');
    expect((await run(stepsOf(uses, { inputs }), { inputs: { n: 'x' } })).status).toBe('failed');
    expect(await problemsOf(stepsOf(uses, { inputs: { type: 5 } }))).toContain(
      `error arazzo/invalid-schema ${W}/inputs/type`,
    );
    expect(await problemsOf(stepsOf([step('a')], { inputs: true }))).toEqual([]);
  });

  it('WF-05 takes the schemas of its inputs from the components by $ref', async () => {
    const components = {
      inputs: {
        all: { type: 'object', required: ['n'], properties: { n: { $ref: '#/components/inputs/n' } } },
        n: { type: 'integer' },
      },
    };
    const document = (name: string) =>
      documentOf(
        {
          inputs: { $ref: `#/components/inputs/${name}` },
          steps: [step('a', { requestBody: { payload: '$inputs.n' } })],
        },
        { components },
      );
    expect((await run(document('all'), { inputs: { n: 5 } })).requests[0]?.body).toBe('5');
    expect((await run(document('all'), { inputs: { n: 'x' } })).status).toBe('failed');
    expect(await problemsOf(document('none'))).toContain(`error arazzo/schema-reference ${W}/inputs/$ref`);
  });

  it('WF-06 AMB-07 runs after those that it depends on, each of which runs once', async () => {
    const diamond = documentOf([
      { dependsOn: ['left', 'right'], steps: [step('a')] },
      { workflowId: 'left', dependsOn: ['base'], steps: [step('b')] },
      { workflowId: 'right', dependsOn: ['base'], steps: [step('c')] },
      { workflowId: 'base', steps: [step('d')] },
    ]);
    expect((await run(diamond)).called).toBe('/d /b /c /a');
    const stopped = await run(diamond, { answers: { '/b': [[500]] } });
    expect([stopped.status, stopped.called]).toEqual(['failed', '/d /b']);
  });

  it('WF-07 depends on workflows that exist, and never on itself', async () => {
    const document = (...dependsOn: readonly string[]) =>
      documentOf([
        { dependsOn, steps: [step('a')] },
        { workflowId: 'second', steps: [step('b')] },
      ]);
    expect(await problemsOf(document())).toEqual([]);
    expect(await problemsOf(document('second'))).toEqual([]);
    expect(await problemsOf(document('none'))).toContain(
      `error arazzo/workflow-reference-exists ${W}/dependsOn/0`,
    );
    expect(await problemsOf(document('main'))).toContain(
      `error arazzo/workflow-calls-itself ${W}/dependsOn/0`,
    );
    expect(await problemsOf(document('second', 'second'))).toContain(
      `error arazzo/duplicate-item ${W}/dependsOn/1`,
    );
    expect(await problemsOf(document('$workflows.second'))).toContain(
      `error arazzo/field-value ${W}/dependsOn/0`,
    );
  });

  it('WF-08 has a step at least, and runs them in their order', async () => {
    expect(await problemsOf(stepsOf([]))).toEqual([`error arazzo/empty-list ${W}/steps`]);
    expect(await problemsOf(documentOf({}))).toEqual([`error arazzo/required-field ${W}`]);
    expect((await run(stepsOf([step('b'), step('a'), step('c')]))).called).toBe('/b /a /c');
  });

  const to = (stepId: string, more: JsonObject = {}): JsonObject => ({
    name: `to-${stepId}`,
    type: 'goto',
    stepId,
    ...more,
  });

  it('WF-09 AMB-05 has success actions for all steps, which a step may redefine by name', async () => {
    const steps = (own: JsonObject = {}) => [step('a', own), step('b'), step('c')];
    const successActions = [{ ...to('c', { name: 'on' }), criteria: [{ condition: '$statusCode == 201' }] }];
    const answers = { '/a': [[201]], '/b': [[201]] } as const;
    expect((await run(stepsOf(steps(), { successActions }), { answers })).called).toBe('/a /c');
    const own = { onSuccess: [{ name: 'on', type: 'goto', stepId: 'b' }] };
    expect((await run(stepsOf(steps(own), { successActions }), { answers })).called).toBe('/a /b /c');
    const beside = { onSuccess: [{ ...to('b'), criteria: [{ condition: '$statusCode == 202' }] }] };
    expect((await run(stepsOf(steps(beside), { successActions }), { answers })).called).toBe('/a /c');
  });

  it('WF-10 has failure actions for all steps, which a step may redefine by name', async () => {
    const steps = (own: JsonObject = {}) => [step('a', own), step('b')];
    const failureActions = [
      { name: 'skip', type: 'goto', stepId: 'b', criteria: [{ condition: '$statusCode == 500' }] },
    ];
    const answers = { '/a': [[500]] } as const;
    expect((await run(stepsOf(steps(), { failureActions }), { answers })).called).toBe('/a /b');
    const own = { onFailure: [{ name: 'skip', type: 'end' }] };
    expect((await run(stepsOf(steps(own), { failureActions }), { answers })).called).toBe('/a');
  });

  it('WF-11 has no two actions of one name in a list', async () => {
    for (const list of ['successActions', 'failureActions']) {
      const actions = [
        { name: 'x', type: 'end', criteria: [{ condition: '$response.body#/x == 1' }] },
        { name: 'x', type: 'end' },
      ];
      expect(await problemsOf(stepsOf([step('a')], { [list]: actions }))).toEqual([
        `error arazzo/action-name-unique ${W}/${list}/1/name`,
      ]);
    }
  });

  it('WF-12 takes actions from the components of their kind', async () => {
    const components = {
      successActions: { stop: { name: 'stop', type: 'end' } },
      failureActions: { skip: { name: 'skip', type: 'goto', stepId: 'c' } },
    };
    const document = (success: string, failure: string) =>
      documentOf(
        {
          successActions: [{ reference: success }],
          failureActions: [{ reference: failure }],
          steps: [step('a'), step('b'), step('c')],
        },
        { components },
      );
    const good = document('$components.successActions.stop', '$components.failureActions.skip');
    expect((await run(good)).called).toBe('/a');
    expect((await run(good, { answers: { '/a': [[500]] } })).called).toBe('/a /c');
    for (const reference of ['$components.failureActions.skip', '$components.successActions.none'])
      expect(await problemsOf(document(reference, '$components.failureActions.skip'))).toContain(
        `error arazzo/reusable-reference ${W}/successActions/0/reference`,
      );
  });

  it('WF-13 has parameters for all steps, operations and workflows', async () => {
    const document = documentOf([
      {
        parameters: [{ name: 'q', in: 'query', value: 'shared' }],
        steps: [
          step('a'),
          step('b', { parameters: [{ name: 'q', in: 'query', value: 'own' }] }),
          step('call', { workflowId: 'child' }),
        ],
      },
      {
        workflowId: 'child',
        inputs: { type: 'object', properties: { q: { type: 'string' } } },
        steps: [step('c', { requestBody: { payload: '$inputs.q' } })],
      },
    ]);
    const { requests } = await run(document);
    expect(requests.map(({ url, body }) => new URL(url).search + body)).toEqual([
      '?q=shared',
      '?q=own',
      'shared',
    ]);
  });

  it('WF-14 has no two parameters of one name and place', async () => {
    const parameter = (name: string, value: string, place = 'query') => ({ name, in: place, value });
    const document = (...parameters: readonly JsonObject[]) => stepsOf([step('a')], { parameters });
    expect(await problemsOf(document(parameter('x', '1'), parameter('x', '2', 'header')))).toEqual([]);
    expect(await problemsOf(document(parameter('x', '1'), parameter('x', '2')))).toEqual([
      `error arazzo/parameter-unique ${W}/parameters/1`,
    ]);
  });

  it('WF-15 takes parameters from the components of parameters', async () => {
    const document = (reference: string) =>
      documentOf(
        { parameters: [{ reference }], steps: [step('a')] },
        { components: { parameters: { q: { name: 'q', in: 'query', value: 1 } } } },
      );
    expect(new URL((await run(document('$components.parameters.q'))).requests[0]?.url ?? '').search).toBe(
      '?q=1',
    );
    for (const reference of ['$components.parameters.none', '$components.inputs.q', '$inputs.q'])
      expect(await problemsOf(document(reference)), reference).toContain(
        `error arazzo/reusable-reference ${W}/parameters/0/reference`,
      );
  });

  it('WF-16 has outputs whose names are of letters, digits, ., - and _', async () => {
    const document = (name: string) =>
      stepsOf([step('a', { outputs: { x: '$statusCode' } })], { outputs: { [name]: '$steps.a.outputs.x' } });
    expect(await problemsOf(document('a.b-c_1'))).toEqual([]);
    expect(await problemsOf(document('a b'))).toEqual([`error arazzo/output-name-pattern ${W}/outputs/a b`]);
  });

  it('WF-17 has outputs that are expressions or selectors', async () => {
    const outputs = (value: JsonObject[string]) =>
      stepsOf([step('a', { outputs: { list: '$response.body' } })], { outputs: { o: value } });
    const answers = { '/a': [[200, [{ id: 1 }, { id: 2 }]]] } as const;
    expect((await run(outputs('$steps.a.outputs.list#/0/id'), { answers })).outputs).toEqual({ o: 1 });
    const selector = { context: '$steps.a.outputs.list', selector: '$[*].id', type: 'jsonpath' };
    expect((await run(outputs(selector), { answers })).outputs).toEqual({ o: [1, 2] });
    expect(await problemsOf(outputs(['$statusCode']))).toEqual([`error arazzo/field-type ${W}/outputs/o`]);
    expect(await problemsOf(outputs('fixed'))).toEqual([`warning arazzo/lenient-form ${W}/outputs/o`]);
  });

  it('WF-18 gives its outputs to others by $workflows', async () => {
    const document = documentOf([
      {
        steps: [
          step('call', { workflowId: 'child' }),
          step('b', { requestBody: { payload: '$workflows.child.outputs.id' } }),
        ],
      },
      {
        workflowId: 'child',
        steps: [step('a', { outputs: { id: '$response.body#/id' } })],
        outputs: { id: '$steps.a.outputs.id' },
      },
    ]);
    const { requests } = await run(document, { answers: { '/a': [[200, { id: 7 }]] } });
    expect(requests[1]?.body).toBe('7');
  });

  it('WF-19 is done after its last step', async () => {
    const { status, outputs } = await run(
      stepsOf([step('a', { outputs: { code: '$statusCode' } })], {
        outputs: { code: '$steps.a.outputs.code' },
      }),
      { answers: { '/a': [[204]] } },
    );
    expect({ status, outputs }).toEqual({ status: 'done', outputs: { code: 204 } });
  });

  it('WF-20 may have extensions', async () => {
    expect(await problemsOf(stepsOf([step('a')], { 'x-a': {} }))).toEqual([]);
    expect(await problemsOf(stepsOf([step('a')], { a: {} }))).toEqual([`error arazzo/unknown-field ${W}/a`]);
  });
});
