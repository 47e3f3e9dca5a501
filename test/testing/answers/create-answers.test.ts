import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/document/json.ts';
import type { Answers } from '../../../src/testing/answers/answer.ts';
import { createAnswers } from '../../../src/testing/answers/create-answers.ts';
import { openApiOf } from '../../plan/small-documents.ts';
import {
  answersFor,
  describedBy,
  jsonOf,
  outcomesOf,
  SCOPE,
  sourcesOf,
  wrongDecisions,
} from './answers-of.ts';

const when = (...conditions: readonly string[]): JsonObject =>
  conditions.length === 0 ? {} : { criteria: conditions.map((condition) => ({ condition })) };

/** `outcome action` of each answer. */
const edgesOf = ({ answers }: Answers): readonly string[] =>
  answers.map(({ edge }) => `${edge.outcome} ${edge.action ?? 'default'}`);

const bodiesOf = ({ answers }: Answers): readonly unknown[] => answers.map(({ happening }) => happening.body);

describe('the answers of a step', () => {
  const step: JsonObject = {
    successCriteria: [{ condition: '$statusCode == 200' }, { condition: '$response.body#/ok == true' }],
    onSuccess: [
      { name: 'finished', type: 'end', ...when("$response.body#/state == 'done'") },
      { name: 'again', type: 'goto', stepId: 'first', ...when('$response.body#/left > 0') },
    ],
    onFailure: [
      { name: 'busy', type: 'retry', retryAfter: 1, retryLimit: 2, ...when('$statusCode == 429') },
      { name: 'exhausted', type: 'end', ...when('$statusCode == 429') },
      { name: 'wrong', type: 'goto', stepId: 'first', ...when("$response.body#/error == 'wrong'") },
      { name: 'silent', type: 'end', ...when('$statusCode == null') },
    ],
  };
  const sources = sourcesOf(step);
  const answers = createAnswers(sources, SCOPE);

  it('take every way out that a response can take', () => {
    expect(new Set(edgesOf(answers))).toEqual(
      new Set([
        'success finished',
        'success again',
        'success default',
        'failure busy',
        'failure wrong',
        'failure default',
      ]),
    );
    expect(edgesOf(answers)[0]).toBe('success default');
  });

  it('give each criterion both outcomes, and none that it has not', () => {
    expect(wrongDecisions(answers, sources.workflow, sources.step, SCOPE)).toEqual([]);
    expect(answers.missing).toEqual([
      {
        criterion: '/workflows/0/steps/0/onFailure/3/criteria/0',
        outcome: true,
        text: '$statusCode == null',
        reason: 'noResponse',
        why: 'It is true only where no response comes.',
      },
    ]);
  });

  it('let each success criterion alone decide', () => {
    const [status, ok] = [0, 1].map((index) => `/workflows/0/steps/0/successCriteria/${index}`);
    const outcomes = answers.answers.map(({ decides }) =>
      [status, ok].map((pointer) => decides.find(({ criterion }) => criterion === pointer)?.outcome),
    );
    expect(outcomes).toContainEqual([true, false]);
    expect(outcomes).toContainEqual([false, true]);
  });

  it('stand at a number and on both sides of it', () => {
    const left = answers.answers.map(({ happening }) => (happening.body as JsonObject | undefined)?.['left']);
    for (const number of [-1, 0, 1]) expect(left).toContain(number);
  });

  it('have labels of their own', () => {
    const labels = answers.answers.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('are the same ones for the same scope', () => {
    expect(createAnswers(sources, { ...SCOPE })).toBe(answers);
    const other = createAnswers(
      sourcesOf({ successCriteria: [{ condition: '$response.body#/a == $inputs.state' }] }),
      SCOPE,
    );
    expect(bodiesOf(other)).toContainEqual({ a: 'CA' });
  });

  it('stand at the last status of success and at the first behind it, where no criterion says what success is', () => {
    const { answers: found } = createAnswers(sourcesOf({}), SCOPE);
    const outcomes = found.map(({ happening, edge }) => [happening.statusCode, edge.outcome]);
    expect(outcomes).toContainEqual([299, 'success']);
    expect(outcomes).toContainEqual([300, 'failure']);
  });

  it('stand at statuses too', () => {
    const { answers: found } = answersFor([{ condition: '$statusCode < 400' }]);
    const statuses = found.map(({ happening }) => happening.statusCode);
    for (const status of [399, 400, 401]) expect(statuses).toContain(status);
  });
});

describe('what an answer is compared with', () => {
  it('comes from the inputs and from steps before', () => {
    const scope = { ...SCOPE, steps: { before: { outputs: { id: 'order-7' } } } };
    const sources = sourcesOf(
      { successCriteria: [{ condition: '$response.body#/id == $steps.before.outputs.id' }] },
      undefined,
      [{ stepId: 'before', operationId: 'call' }],
    );
    const answers = createAnswers(sources, scope);
    expect(answers.missing).toEqual([]);
    expect(bodiesOf(answers)).toContainEqual({ id: 'order-7' });
  });

  it('may be what a step leaves behind for later ones', () => {
    const sources = sourcesOf(
      {
        outputs: { left: '$response.body#/stock/left', kind: '$response.header.X-Kind' },
        successCriteria: [{ condition: '$statusCode == 200' }],
      },
      undefined,
      [
        {
          stepId: 'later',
          operationId: 'call',
          onSuccess: [
            { name: 'few', type: 'end', ...when('$steps.first.outputs.left <= 3') },
            { name: 'kind', type: 'end', ...when("$steps.first.outputs.kind == 'rare'") },
          ],
        },
      ],
    );
    const answers = createAnswers(sources, SCOPE);
    for (const index of [0, 1]) {
      const pointer = `/workflows/0/steps/1/onSuccess/${index}/criteria/0`;
      expect(outcomesOf(answers, pointer)).toEqual([true, false]);
    }
  });

  it('may be decided before, or by nothing', () => {
    const { missing } = answersFor([
      { condition: "$inputs.state == 'NY'" },
      { condition: '1 == 1' },
      { condition: '$statusCode >= 100' },
    ]);
    expect(missing.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      [true, 'decidedBefore'],
      [false, 'constant'],
      [false, 'constant'],
    ]);
  });

  it('may be more than can be constructed: an example is asked for and taken', () => {
    // What two texts have in common is nothing that is solved for.
    const condition = "$response.body#/a == 'x' && $response.body#/a == 'y'";
    const step = { successCriteria: [{ condition }] };
    const [missing] = createAnswers(sourcesOf(step), SCOPE).missing;
    expect(missing).toMatchObject({ outcome: true, reason: 'needsExample', text: condition });
  });
});

describe('given examples', () => {
  const xpath = { type: 'xpath', context: '$response.body', condition: 'string-to-codepoints(/a/b)[2] = 77' };
  const example = {
    statusCode: 200,
    headers: { 'Content-Type': 'text/xml' },
    body: '<a><b>AM</b></a>',
    name: 'M',
  };

  it('are asked for where no answer can be constructed', () => {
    const { missing } = answersFor([xpath]);
    expect(missing).toMatchObject([{ outcome: true, reason: 'needsExample' }]);
    expect(missing[0]?.why).toContain('x-xstate: { examples }');
  });

  it('are answers like others, and decide what they decide', () => {
    const sources = { ...sourcesOf({ successCriteria: [xpath] }), examples: [example] };
    const answers = createAnswers(sources, SCOPE);
    expect(answers.missing).toEqual([]);
    expect(answers.answers.find(({ given }) => given)).toMatchObject({
      label: 'M',
      happening: { statusCode: 200, headers: { 'content-type': 'text/xml' }, body: '<a><b>AM</b></a>' },
      edge: { outcome: 'success' },
    });
    expect(wrongDecisions(answers, sources.workflow, sources.step, SCOPE)).toEqual([]);
  });

  it('say whether the operation declares them', () => {
    const openapi = describedBy({ '200': jsonOf({ type: 'object', required: ['id'] }) });
    const examples = [
      { statusCode: 200, body: { id: 1 } },
      { statusCode: 200, body: {} },
      { statusCode: 500, body: {} },
    ];
    const { answers } = createAnswers({ ...sourcesOf({}, openapi), examples }, SCOPE);
    expect(answers.filter(({ given }) => given).map(({ undeclared }) => undeclared)).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('the bodies of answers', () => {
  it('come from the examples of the API, changed as little as can be', () => {
    const schema = { type: 'object', properties: { error_type: { type: 'string' }, id: { type: 'string' } } };
    const media = (example: JsonObject): JsonObject => ({
      description: '',
      content: { 'application/json': { schema, example } },
    });
    const openapi = describedBy({
      '200': media({ id: 'test-1' }),
      '400': media({ error_type: 'bad_code' }),
      '429': media({ error_type: 'too_many_requests' }),
    });
    const sources = sourcesOf(
      {
        successCriteria: [{ condition: '$statusCode == 200' }],
        onFailure: [
          { name: 'slow', type: 'end', ...when("$response.body#/error_type == 'too_many_requests'") },
        ],
      },
      openapi,
    );
    const { answers } = createAnswers(sources, SCOPE);
    expect(answers.map(({ happening, edge }) => [happening.statusCode, happening.body, edge])).toEqual([
      [200, { id: 'test-1' }, { outcome: 'success' }],
      [429, { error_type: 'too_many_requests' }, { outcome: 'failure', action: 'slow' }],
      [400, { error_type: 'bad_code' }, { outcome: 'failure' }],
    ]);
    expect(answers.every(({ undeclared }) => !undeclared)).toBe(true);
  });

  it('are those of the status whose schema allows them', () => {
    const a = (schema: JsonObject): JsonObject => jsonOf({ type: 'object', properties: { a: schema } });
    const openapi = describedBy({ '200': a({ enum: ['x'] }), '201': a({ type: 'string' }) });
    const step = { successCriteria: [{ condition: "$response.body#/a == 'z'" }] };
    const [first] = createAnswers(sourcesOf(step, openapi), SCOPE).answers;
    expect(first).toMatchObject({ happening: { statusCode: 201, body: { a: 'z' } }, undeclared: false });
  });

  it('are those of the status whose schema speaks of what is looked at', () => {
    const openapi = describedBy({
      '200': jsonOf({ type: 'object', properties: { ok: { type: 'boolean' } } }),
      '400': jsonOf({ type: 'object', properties: { error: { type: 'string' } } }),
    });
    const sources = sourcesOf(
      {
        successCriteria: [{ condition: '$response.body#/ok == true' }],
        onFailure: [{ name: 'wrong', type: 'end', ...when("$response.body#/error == 'wrong'") }],
      },
      openapi,
    );
    const wrong = createAnswers(sources, SCOPE).answers.find(({ edge }) => edge.action === 'wrong');
    expect(wrong?.happening).toMatchObject({ statusCode: 400, body: { error: 'wrong' } });
  });

  it('hold what the outputs of the step are taken from', () => {
    const schema = {
      type: 'object',
      properties: { data: { type: 'object', properties: { id: { type: 'integer' } } } },
    };
    const openapi = describedBy({
      '200': { description: '', content: { 'application/json': { schema, example: { data: {} } } } },
    });
    const outputs = { id: '$response.body#/data/id', location: '$response.header.Location' };
    const { answers } = createAnswers(sourcesOf({ outputs }, openapi), SCOPE);
    expect(answers[0]?.happening).toMatchObject({
      body: { data: { id: expect.any(Number) as number } },
      headers: { location: 'location-1' },
    });
  });

  it('come with the headers that the response must have', () => {
    const headers = {
      'X-Limit': { required: true, schema: { type: 'integer', minimum: 3, maximum: 3 } },
      'X-Other': { schema: { type: 'string' } },
      'X-Name': { $ref: '#/paths/~1call/post/x-name' },
    };
    const openapi = openApiOf({
      '/call': {
        post: {
          operationId: 'call',
          responses: { '204': { description: '', headers } },
          'x-name': { required: true, example: 'given' },
        },
      },
    });
    const { answers } = createAnswers(sourcesOf({}, openapi), SCOPE);
    expect(answers[0]?.happening.headers).toEqual({ 'x-limit': '3', 'x-name': 'given' });
  });

  it('are absent where a response has none', () => {
    const { answers } = createAnswers(sourcesOf({}, describedBy({ '204': { description: '' } })), SCOPE);
    expect(answers[0]?.happening).toEqual({ type: 'response', statusCode: 204, headers: {} });
  });

  it('are XML where the operation sends XML, by its schema', () => {
    const schema = {
      type: 'object',
      xml: { name: 'order' },
      properties: {
        id: { type: 'string', xml: { attribute: true } },
        lines: { type: 'array', xml: { wrapped: true }, items: { type: 'string', xml: { name: 'line' } } },
        tags: { type: 'array', items: { type: 'string', xml: { name: 'tag' } } },
      },
    };
    const openapi = describedBy({ '200': { description: '', content: { 'application/xml': { schema } } } });
    const { answers } = createAnswers(sourcesOf({}, openapi), SCOPE);
    expect(answers[0]?.happening).toEqual({
      type: 'response',
      statusCode: 200,
      headers: { 'content-type': 'application/xml' },
      body: '<order id="id-1"><lines><line>lines_1-1</line></lines><tag>tags_1-1</tag></order>',
    });
  });
});

describe('hostile documents', () => {
  it.each([
    ['$response.body#/0/1/2/3/4/5/6/7/8/9/10 == 1'],
    ['$response.body#/999999999 == 1'],
    ['$response.body.items[999999999].x > 1'],
    ['$response.body.a.length > 999999999'],
    [`$response.body#/${'a/'.repeat(300)}b == 1`],
    ["$response.body#/constructor/prototype/x == 'y'"],
    [Array.from({ length: 60 }, (_, index) => `$response.body#/a${index} == ${index}`).join(' && ')],
    [Array.from({ length: 60 }, (_, index) => `$response.body#/a == ${index}`).join(' && ')],
  ])('end soon: %s', (condition) => {
    const begun = performance.now();
    const sources = sourcesOf({ successCriteria: [{ condition }] });
    const answers = createAnswers(sources, SCOPE);
    expect(wrongDecisions(answers, sources.workflow, sources.step, SCOPE)).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    ['nothing', 'application/json', false],
    [
      'no finite thing',
      'application/json',
      {
        type: 'object',
        required: ['own'],
        properties: { own: { $ref: '#/paths/~1call/post/responses/200/content/application~1json/schema' } },
      },
    ],
    ['no XML', 'application/xml', false],
  ])('are there, too, where a schema allows %s', (_title, mediaType, schema) => {
    const openapi = describedBy({ '200': { description: '', content: { [mediaType]: { schema } } } });
    const { answers } = answersFor([{ condition: '$statusCode == 200' }], openapi);
    expect(answers.map(({ edge }) => edge.outcome)).toEqual(expect.arrayContaining(['success', 'failure']));
  });

  it('have schemas that contain themselves, or nothing', () => {
    const openapi = describedBy({
      '200': jsonOf({ $ref: '#/paths/~1call/post/responses/200/content/application~1json/schema' }),
      '201': jsonOf({
        $defs: {},
        type: 'object',
        required: ['next'],
        properties: { next: { $ref: '#/paths/~1call/post/responses/201/content/application~1json/schema' } },
      }),
      '202': jsonOf(false),
      '203': jsonOf({ type: 'string', pattern: '(' }),
      '404': jsonOf({ enum: [] }),
    });
    const { answers } = createAnswers(sourcesOf({}, openapi), SCOPE);
    expect(answers.length).toBeGreaterThan(1);
  });
});
