// Components Object, Reusable Object, Parameter Object and extensions,
// https://spec.openapis.org/arazzo/v1.1.0.html#components-object
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../src/index.ts';
import { documentOf, load, problemsOf, run, step, stepWith } from './scenario.ts';

const AT = '/workflows/0/steps/0';
const api: JsonObject = { name: 'api', url: 'api.json', type: 'openapi' };
const q = (value: JsonValue = 1): JsonObject => ({ name: 'q', in: 'query', value });
const withComponents = (components: JsonObject, members: JsonObject = {}) =>
  stepWith(members, { components });
const queryOf = async (document: JsonObject, inputs: JsonObject = {}): Promise<string> =>
  new URL((await run(document, { inputs })).requests[0]?.url ?? '').search;

describe('components', () => {
  it('COMP-01 are inputs, parameters, success actions and failure actions', async () => {
    const components = {
      inputs: { i: { type: 'object' } },
      parameters: { p: q() },
      successActions: { s: { name: 's', type: 'end' } },
      failureActions: { f: { name: 'f', type: 'retry' } },
    };
    expect(await problemsOf(withComponents(components))).toEqual([]);
    expect(await problemsOf(withComponents({ steps: {} }))).toEqual([
      'error arazzo/unknown-field /components/steps',
    ]);
    expect(await problemsOf(withComponents({ parameters: [] }))).toEqual([
      'error arazzo/field-type /components/parameters',
    ]);
    expect(await problemsOf(withComponents({ ...components, failureActions: { f: { name: 'f' } } }))).toEqual(
      ['error arazzo/required-field /components/failureActions/f'],
    );
  });

  it('COMP-02 have keys of letters, digits, ., - and _', async () => {
    for (const type of ['inputs', 'parameters', 'successActions', 'failureActions']) {
      const entry = { inputs: {}, parameters: q() }[type] ?? { name: 'x', type: 'end' };
      expect(await problemsOf(withComponents({ [type]: { 'a.b-c_1': entry } }))).toEqual([]);
      expect(await problemsOf(withComponents({ [type]: { 'a b': entry } }))).toEqual([
        `error arazzo/component-key /components/${type}/a b`,
      ]);
    }
  });

  it('COMP-03 do nothing unless they are referred to', async () => {
    const components = { parameters: { p: q() }, successActions: { s: { name: 's', type: 'end' } } };
    const document = documentOf({ steps: [step('a'), step('b')] }, { components });
    const { requests, called } = await run(document);
    expect([called, requests[0]?.url]).toEqual(['/a /b', 'https://api.test/v1/a']);
  });

  it('COMP-04 belong to their own document', async () => {
    const far = (components: JsonObject) =>
      documentOf(
        {
          workflowId: 'far',
          steps: [step('b', { parameters: [{ reference: '$components.parameters.p' }] })],
        },
        { components },
      );
    const document = stepWith(
      { workflowId: '$sourceDescriptions.other.far' },
      {
        sourceDescriptions: [api, { name: 'other', url: 'other.json', type: 'arazzo' }],
        components: { parameters: { p: q('main') } },
      },
    );
    const files = { 'other.json': far({ parameters: { p: q('other') } }) };
    expect(new URL((await run(document, { files })).requests[0]?.url ?? '').search).toBe('?q=other');
    expect(await problemsOf(document, { 'other.json': far({}) })).toContain(
      `error arazzo/reusable-reference ${AT}/parameters/0/reference`,
    );
  });

  it('COMP-05 have expressions that speak of where they are used', async () => {
    const document = (workflow: JsonObject) =>
      documentOf(
        { ...workflow, steps: [step('a', { parameters: [{ reference: '$components.parameters.p' }] })] },
        { components: { parameters: { p: q('$inputs.n') } } },
      );
    const inputs = { type: 'object', properties: { n: {} } };
    expect(await queryOf(document({ inputs }), { n: 'x' })).toBe('?q=x');
    expect(await problemsOf(document({ inputs: { type: 'object', properties: {} } }))).toEqual([
      `warning arazzo/input-reference-exists ${AT}/parameters/0/value`,
    ]);
  });

  it('COMP-06 may have extensions', async () => {
    expect(await problemsOf(withComponents({ 'x-a': 1 }))).toEqual([]);
  });
});

describe('a reusable object', () => {
  const reusing = (item: JsonObject, list = 'parameters') =>
    withComponents(
      { inputs: { i: {} }, parameters: { p: q() }, successActions: { s: { name: 's', type: 'end' } } },
      { [list]: [item] },
    );

  it('REUSE-01 refers to a component that exists', async () => {
    expect(await queryOf(reusing({ reference: '$components.parameters.p' }))).toBe('?q=1');
    for (const reference of ['$components.parameters.none', '$components.parameters', 'p', '$inputs.p'])
      expect(await problemsOf(reusing({ reference })), reference).toEqual([
        `error arazzo/reusable-reference ${AT}/parameters/0/reference`,
      ]);
    expect(await problemsOf(reusing({ reference: 1 }))).toEqual([
      `error arazzo/field-type ${AT}/parameters/0/reference`,
    ]);
  });

  it('REUSE-02 may set the value of a parameter, and of nothing else', async () => {
    expect(await queryOf(reusing({ reference: '$components.parameters.p', value: 0 }))).toBe('?q=0');
    const action = reusing({ reference: '$components.successActions.s', value: 1 }, 'onSuccess');
    expect(await problemsOf(action)).toEqual([`warning arazzo/irrelevant-field ${AT}/onSuccess/0/value`]);
  });

  it('REUSE-03 has other members ignored, with a warning', async () => {
    const document = reusing({ reference: '$components.parameters.p', name: 'z', in: 'header' });
    expect(await problemsOf(document)).toEqual([
      `warning arazzo/unknown-field ${AT}/parameters/0/name`,
      `warning arazzo/unknown-field ${AT}/parameters/0/in`,
    ]);
    expect(await queryOf(document)).toBe('?q=1');
  });

  it('REUSE-04 is not for inputs, which are reused by $ref', async () => {
    const document = (inputs: JsonObject) =>
      documentOf(
        { inputs, steps: [step('a', { parameters: [q('$inputs.n')] })] },
        { components: { inputs: { i: { type: 'object', properties: { n: { default: 5 } } } } } },
      );
    expect(await queryOf(document({ $ref: '#/components/inputs/i' }))).toBe('?q=5');
    expect(await queryOf(document({ reference: '$components.inputs.i' }))).toBe('');
    expect(await problemsOf(reusing({ reference: '$components.inputs.i' }))).toEqual([
      `error arazzo/reusable-reference ${AT}/parameters/0/reference`,
    ]);
  });

  it('REUSE-05 refers to the section that is for its place', async () => {
    expect(await problemsOf(reusing({ reference: '$components.parameters.p' }, 'onSuccess'))).toEqual([
      `error arazzo/reusable-reference ${AT}/onSuccess/0/reference`,
    ]);
    expect(await problemsOf(reusing({ reference: '$components.successActions.s' }, 'onFailure'))).toEqual([
      `error arazzo/reusable-reference ${AT}/onFailure/0/reference`,
    ]);
  });
});

describe('a parameter', () => {
  const parameter = (members: JsonObject, arazzo = '1.1.0') =>
    stepWith({ parameters: [members] }, { arazzo });

  it('PARAM-01 has a name', async () => {
    expect(await problemsOf(parameter({ in: 'query', value: 1 }))).toEqual([
      `error arazzo/required-field ${AT}/parameters/0`,
    ]);
  });

  it('PARAM-03 goes into the path, the query, the header, the cookie or, since 1.1, the querystring', async () => {
    for (const place of ['query', 'header', 'cookie', 'path', 'querystring'])
      expect(await problemsOf(parameter({ name: 'q', in: place, value: 'a=1' })), place).toEqual([]);
    for (const place of ['body', 'Query', ''])
      expect(await problemsOf(parameter({ name: 'q', in: place, value: 1 })), place).toEqual([
        `error arazzo/field-value ${AT}/parameters/0/in`,
      ]);
    expect(await problemsOf(parameter({ name: 'q', in: 'querystring', value: 'a=1' }, '1.0.1'))).toEqual([
      `warning arazzo/newer-version ${AT}/parameters/0/in`,
    ]);
  });

  it('PARAM-04 says where it goes, unless a workflow is called', async () => {
    expect(await problemsOf(parameter({ name: 'q', value: 1 }))).toEqual([
      `error arazzo/required-field ${AT}/parameters/0`,
    ]);
    const called = documentOf([
      { steps: [step('x', { workflowId: 'child', parameters: [{ name: 'n', value: 1 }] })] },
      { workflowId: 'child', inputs: { type: 'object', properties: { n: {} } }, steps: [step('b')] },
    ]);
    expect(await problemsOf(called)).toEqual([]);
  });

  it('PARAM-05 is an input where a workflow is called, and unknown to others', async () => {
    const document = documentOf([
      {
        steps: [step('x', { workflowId: 'child', parameters: [{ name: 'n', value: { deep: [1] } }] })],
      },
      {
        workflowId: 'child',
        inputs: { type: 'object', properties: { n: {} } },
        steps: [step('b', { requestBody: { payload: '$inputs.n#/deep' } })],
      },
    ]);
    expect((await run(document)).requests[0]).toMatchObject({ url: 'https://api.test/v1/b', body: '[1]' });
  });

  it('PARAM-06 has a value, which may be falsy', async () => {
    expect(await problemsOf(parameter({ name: 'q', in: 'query' }))).toEqual([
      `error arazzo/required-field ${AT}/parameters/0`,
    ]);
    for (const [value, search] of [
      [0, '?q=0'],
      [false, '?q=false'],
      ['', '?q='],
    ] as const)
      expect(await queryOf(parameter({ name: 'q', in: 'query', value }))).toBe(search);
  });

  it('PARAM-13 may have expressions inside of its text', async () => {
    const document = documentOf({
      inputs: { type: 'object', properties: { a: {}, b: {} } },
      steps: [
        step('a', {
          parameters: [
            { name: 'q', in: 'query', value: '{$inputs.a}-{$inputs.b}' },
            { name: 'x-q', in: 'header', value: 'Bearer {$inputs.a}' },
          ],
        }),
      ],
    });
    const { requests } = await run(document, { inputs: { a: 1, b: true } });
    expect(requests[0]?.url).toBe('https://api.test/v1/a?q=1-true');
    expect(requests[0]?.headers.get('x-q')).toBe('Bearer 1');
  });

  it('PARAM-14 may have extensions', async () => {
    expect(await problemsOf(parameter({ name: 'q', in: 'query', value: 1, 'x-a': 1 }))).toEqual([]);
    expect(await problemsOf(parameter({ name: 'q', in: 'query', value: 1, a: 1 }))).toEqual([
      `error arazzo/unknown-field ${AT}/parameters/0/a`,
    ]);
  });
});

describe('extensions', () => {
  const place = (value: JsonValue): JsonObject => ({
    arazzo: '1.1.0',
    'x-a': value,
    info: { title: 'T', version: '1', 'x-a': value },
    sourceDescriptions: [{ ...api, 'x-a': value }],
    workflows: [
      {
        workflowId: 'main',
        'x-a': value,
        steps: [
          step('a', {
            'x-a': value,
            parameters: [{ ...q(), 'x-a': value }],
            requestBody: {
              payload: { id: 1 },
              replacements: [{ target: '/id', value: 2, 'x-a': value }],
              'x-a': value,
            },
            successCriteria: [
              {
                context: '$response.body',
                condition: '$.id',
                type: { type: 'jsonpath', version: 'rfc9535', 'x-a': value },
                'x-a': value,
              },
            ],
            onSuccess: [{ name: 's', type: 'end', 'x-a': value }],
            onFailure: [{ name: 'f', type: 'end', 'x-a': value }],
            outputs: { o: { context: '$response.body', selector: '$.id', type: 'jsonpath', 'x-a': value } },
          }),
        ],
      },
    ],
    components: { 'x-a': value },
  });

  it('EXT-01 begin with x-, and hold anything', async () => {
    for (const value of [null, 1, 'text', [1], { deep: [{}] }])
      expect(await problemsOf(place(value))).toEqual([]);
    for (const name of ['X-a', 'x_a', 'ax-a'])
      expect(await problemsOf(stepWith({ [name]: 1 }))).toEqual([`error arazzo/unknown-field ${AT}/${name}`]);
  });

  it('EXT-02 of this package are x-xstate, of no reserved prefix', async () => {
    const { value } = await load(
      stepWith({ 'x-xstate': { state: 'asking' }, 'x-arazzo-state': 'b', 'x-oai-a': 1 }),
    );
    expect(value?.planFor()?.steps[0]?.state).toBe('asking');
  });

  it('EXT-03 stand in every object but the reusable one', async () => {
    const names = [...JSON.stringify(place(1)).matchAll(/"x-a":1/g)];
    expect([names.length, await problemsOf(place(1))]).toEqual([14, []]);
    const reused = withComponents(
      { parameters: { p: q() } },
      { parameters: [{ reference: '$components.parameters.p', 'x-a': 1 }] },
    );
    expect([await problemsOf(reused), await queryOf(reused)]).toEqual([[], '?q=1']);
  });

  it('EXT-04 that nobody knows change nothing', async () => {
    const plain = JSON.parse(
      JSON.stringify(place(1))
        .replaceAll(/,?"x-a":1/g, '')
        .replaceAll('{,', '{'),
    ) as JsonObject;
    expect((await load(place(1))).value?.planFor()).toEqual((await load(plain)).value?.planFor());
    expect((await run(place(1), { answers: { '/a': [[200, { id: 1 }]] } })).status).toBe('done');
  });
});
