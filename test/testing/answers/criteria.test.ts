import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/document/json.ts';
import { createAnswers } from '../../../src/testing/answers/create-answers.ts';
import { describedBy, jsonOf, outcomesOf, SCOPE, sourcesOf, wrongDecisions } from './answers-of.ts';

const body = (type: string, condition: string, context = '$response.body'): JsonValue => ({
  type,
  context,
  condition,
});
const jsonpath = (condition: string): JsonValue => body('jsonpath', condition);
const xpath = (condition: string): JsonValue => body('xpath', condition);

const SIMPLE: readonly string[] = [
  '$statusCode == 200',
  '$statusCode != 404',
  '$statusCode >= 200 && $statusCode < 300',
  '$statusCode == 418 || $statusCode == 451',
  '!($statusCode == 500)',
  '$response.body#/ok',
  '!$response.body#/ok',
  '$response.body#/ok == true',
  '$response.body#/count > 3',
  '$response.body#/count <= 2.5',
  '7 >= $response.body#/count',
  "$response.body#/state == 'done'",
  "$response.body#/state != 'done'",
  "$response.body#/state != ''",
  "$response.body#/state < 'm'",
  '$response.body#/session != null',
  '$response.body#/session == null',
  '$response.body#/items/2/id != null',
  '$response.body#/items/0 == null',
  '$response.body.items[1].name == "x"',
  '$response.body.items.length > 2',
  '$response.body.name.length == 5',
  '$response.body#/state == $inputs.state',
  '$response.body#/state != $inputs.state',
  '$response.body#/total > $inputs.limit',
  '$response.body#/a == $response.body#/b',
  '$response.body#/a < $response.body#/b',
  '$response.header.Location != null',
  "$response.header.X-State == 'ready'",
  '$response.header.X-Left > 10',
  "$response.body#/a == 1 && $response.body#/b == 'two' && ($response.body#/c || $response.body#/d)",
  "($response.body#/a == 1 || $response.body#/a == 2) && !($response.body#/b == 'x')",
  '($response.body#/a == 1) == true',
  "$response.body == 'pong'",
  '$response.body#/a~1b == 1',
  '$response.body#/__proto__ == 1',
];

const JSONPATH: readonly string[] = [
  '$.name',
  '$["a b"].c',
  '$.items[0]',
  '$.items[3].id',
  '$.items[-2]',
  '$.items[*]',
  '$.items[*].id',
  '$.*',
  '$.items[1:3]',
  '$.items[::2].x',
  '$..id',
  '$..items[?@.id].name',
  '$[?@.id]',
  '$.items[?@.stock > 0]',
  '$.items[?@.stock >= 1 && @.state == "open"]',
  '$.items[?@.stock > 0 || !@.state]',
  '$.items[?(@.a.b[0] != null)]',
  '$.items[?@.id == $.wanted]',
  '$.items[?length(@.name) > 3]',
  '$.items[?length(@.tags) == 2]',
  '$.items[?count(@.tags[*]) > 1]',
  '$.items[?count(@.tags[?@.a]) == 2]',
  '$[?count(@.products) > 0]',
  '$.items[?match(@.code, "[A-Z]{2}[0-9]+")]',
  '$.items[?search(@.code, "x+")]',
  '$.items[?!search(@.code, "x+")]',
  '$.items[?value(@.id) == 4]',
  '$.items[?@ == "a"]',
  '$.items[?@.x == true].y[?@.z < -1.5]',
  '$["a","b"]',
];

const REGEX: readonly string[] = [
  '^[Bb]earer$',
  '^\\d{3}-\\d{4}$',
  'ready|done',
  '^https?://[^/]+/jobs/\\w+$',
  '(a+)+b',
  '[^a-z]',
  '^.{3,5}$',
  '(?i)^yes$',
  '^(?:x|y){2}\\.z$',
  '\\bword\\b',
  '^\\p{Lu}+$',
  '^[\\w.+-]+@[\\w-]+\\.[a-z]{2,}$',
];

const XPATH: readonly string[] = [
  '/rates/rate',
  'count(/rates/rate) > 0',
  'count(//rate) = 3',
  'boolean(/rates/unknown)',
  'not(/rates/unknown)',
  'exists(/a/b) and /a/b = "x"',
  "/error/@code = 'expired'",
  '/a/b/@c != "d"',
  '//item[price > 10 and @id = "x"]/name[text() = "a"]',
  '/a/b[2]',
  '/a/b[@x][1]/text()',
  '/a/*',
  'contains(/a/b, "needle")',
  'starts-with(/a/b/@href, "https:")',
  'not(contains(//state, "done")) or /a/ok = "true"',
  'string-length(/a/b) >= 3',
  'number(/a/total) < 100',
  '/a/total <= 2.5',
  'sum(/a/n) = 4',
  'normalize-space(/a/b) = "b"',
  'matches(/a/b, "^[0-9]+$")',
  '/a/b eq "c"',
  'exists(//x:y)',
  '/a/b = /a/c',
  'contains(/a[c > 3], "z")',
];

describe.each([
  ['simple', SIMPLE.map((condition): JsonValue => ({ condition }))],
  ['jsonpath', JSONPATH.map(jsonpath)],
  ['regex', REGEX.map((pattern) => body('regex', pattern, '$response.body#/text'))],
  ['regex in a header', REGEX.map((pattern) => body('regex', pattern, '$response.header.X-Text'))],
  ['xpath', XPATH.map(xpath)],
] as const)('%s criteria', (_kind, criteria) => {
  it.each(criteria.map((criterion) => [(criterion as { condition: string }).condition, criterion] as const))(
    '%s has an answer for both outcomes',
    (_condition, criterion) => {
      const sources = sourcesOf({ successCriteria: [criterion] });
      const answers = createAnswers(sources, SCOPE);
      expect(answers.missing).toEqual([]);
      expect(outcomesOf(answers, '/workflows/0/steps/0/successCriteria/0')).toEqual([true, false]);
      expect(wrongDecisions(answers, sources.workflow, sources.step, SCOPE)).toEqual([]);
    },
  );
});

describe('answers of an operation that declares its responses', () => {
  const items = {
    type: 'object',
    required: ['items', 'state'],
    additionalProperties: false,
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          required: ['id', 'stock'],
          additionalProperties: false,
          properties: {
            id: { type: 'string', format: 'uuid' },
            stock: { type: 'integer', minimum: 0, maximum: 50 },
            code: { type: 'string', pattern: '^[A-Z]{2}\\d{2}$' },
          },
        },
      },
      state: { type: 'string', enum: ['OPEN', 'CLOSED'] },
    },
  };
  const openapi = describedBy({ '200': jsonOf(items), '404': jsonOf({ type: 'object' }) });

  it.each([
    [{ condition: '$response.body#/items/0/stock > 10' }],
    [{ condition: "$response.body#/state == 'open'" }],
    [{ condition: '$response.body#/items/1 == null' }],
    [{ condition: '$response.body.items.length >= 3' }],
    [jsonpath('$.items[?@.stock > 0]')],
    [jsonpath('$.items[?@.code].id')],
    [jsonpath('$.items[?search(@.code, "^A")]')],
    [jsonpath('$..stock')],
    [jsonpath('$[?count(@.*) > 2]')],
    [body('regex', '^(?:open|OPEN)$', '$response.body#/state')],
  ])('keep to its schema: %j', (criterion) => {
    const answers = createAnswers(sourcesOf({ successCriteria: [criterion] }, openapi), SCOPE);
    const pointer = '/workflows/0/steps/0/successCriteria/0';
    const declared = { ...answers, answers: answers.answers.filter(({ undeclared }) => !undeclared) };
    expect(outcomesOf(declared, pointer)).toEqual([true, false]);
  });

  it('say that they do not where no valid response has the outcome', () => {
    const criterion = { condition: '$response.body#/items/0/stock > 50' };
    const only = describedBy({ '200': jsonOf(items) });
    const { answers } = createAnswers(sourcesOf({ successCriteria: [criterion] }, only), SCOPE);
    const good = answers.filter(({ edge }) => edge.outcome === 'success');
    expect(good.map(({ undeclared }) => undeclared)).toEqual([true]);
  });
});
