import * as fc from 'fast-check';
import type { JsonValue } from '../../src/document/json.ts';
import { evaluateExpression, evaluateTemplate } from '../../src/expressions/evaluate.ts';
import { judgeCriterion } from '../../src/expressions/evaluate-criterion.ts';
import { formatExpression } from '../../src/expressions/format-expression.ts';
import { parseCriterion } from '../../src/expressions/parse-criterion.ts';
import { parseExpression } from '../../src/expressions/parse-expression.ts';
import { parseTemplate } from '../../src/expressions/parse-template.ts';
import type { Scope } from '../../src/expressions/scope.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { hostileValue } from './mutate.ts';

const SIMPLE = [
  '$statusCode',
  '==',
  '!=',
  '<',
  '>=',
  '&&',
  '||',
  '!',
  '(',
  ')',
  ' ',
  "'a'",
  '"a"',
  '1',
  '-',
  '1e9',
  'true',
  'null',
  '$response.body#/a/0',
  '$response.header.x',
  '$inputs.a',
  '.b',
  '[0]',
  "['b']",
  '$steps.s.outputs.o',
  '$outputs.a',
  '#/',
  '~1',
  '{',
  '}',
  'and',
  '=~',
  '\u00e9',
  '\\',
  "''",
];
const JSONPATH = [
  '$',
  '@',
  '.',
  '..',
  '*',
  '[',
  ']',
  '?',
  '(',
  ')',
  "'a'",
  'a',
  '0',
  ':',
  ',',
  '-1',
  '1:9:2',
  '==',
  '<',
  '&&',
  '!',
  ' ',
  'length(@)',
  'count(@..*)',
  'match(@.a, ',
  "search(@, '(a|a)*b')",
  'value($..a)',
  '.length',
  '$..[?@..[?@..*]]',
  '~',
];
const REGEX = [
  'a',
  'b',
  '.',
  '*',
  '+',
  '?',
  '(',
  ')',
  '(?:',
  '(?=',
  '(?<n>',
  '[',
  ']',
  '^',
  '$',
  '|',
  '{2,}',
  '{1000}',
  '{9,1}',
  '\\d',
  '\\b',
  '\\1',
  '\\p{L}',
  '(a+)+$',
  '(a|aa)+$',
  '(.*)*x',
  '[a-',
  '\\',
  '\u{1F600}',
  '(?i)',
];
const XPATH = [
  '/',
  '//',
  '*',
  '@a',
  'a',
  '[',
  ']',
  '(',
  ')',
  '.',
  '..',
  '=',
  '"a"',
  '1',
  ' ',
  'count(',
  'string(',
  ' to ',
  '1 to 100000000',
  'for $x in //* return ',
  ' or ',
  '|',
  'doc("file:///etc/passwd")',
  'let $x := ',
  'function() {',
  '}',
  'fold-left(',
  'ancestor::',
  'following::*',
  'Q{x}a',
  'string-join(//*, ',
  'matches(., "(a+)+$")',
  'some $a in //*, $b in //* satisfies ',
];
const DIALECTS = { simple: SIMPLE, jsonpath: JSONPATH, regex: REGEX, xpath: XPATH };

const textOf = (tokens: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.array(fc.constantFrom(...tokens), { maxLength: 14 }).map((all) => all.join('')),
    // The same again and again: what doubles its work with each is found by it.
    fc
      .tuple(
        fc.array(fc.constantFrom(...tokens), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 400 }),
      )
      .map(([all, times]) => all.join('').repeat(times)),
    fc.string({ maxLength: 20, unit: 'binary-ascii' }),
  );

const XML = [
  '<a><b x="1">aaaaaaaaaaaaaaaaaaaaaaaaaaaa!</b><b/></a>',
  `${'<a>'.repeat(60)}${'</a>'.repeat(60)}`,
  '<a',
  '',
];

/** What the expressions are evaluated against. */
const scope: fc.Arbitrary<Scope> = fc
  .oneof(
    hostileValue,
    fc.constantFrom(...XML),
    fc.constantFrom('a'.repeat(3000)),
    fc.constant({ a: [{ a: [{ a: 1 }, { a: 'aaaa' }] }], b: [[[[1]]]] }),
  )
  .map((body): Scope => ({
    inputs: { a: body },
    outputs: { a: body },
    steps: { s: { outputs: { o: body } } },
    response: { statusCode: 200, headers: { x: 'a'.repeat(40) }, body },
  }));

/** A criterion or an expression in one of the languages, and what it is evaluated against. */
export const sentence: fc.Arbitrary<{
  readonly text: string;
  readonly criterion: JsonValue;
  readonly scope: Scope;
}> = fc.constantFrom(...(Object.keys(DIALECTS) as (keyof typeof DIALECTS)[])).chain((type) =>
  fc.record({ text: textOf(DIALECTS[type]), scope }).map(({ text, scope: against }) => ({
    text,
    criterion: type === 'simple' ? { condition: text } : { type, context: '$response.body', condition: text },
    scope: against,
  })),
);

/** Parses a criterion and the same text as an expression and as a template, and evaluates what they give. */
export function evaluateSentence({
  text,
  criterion,
  scope: against,
}: {
  text: string;
  criterion: JsonValue;
  scope: Scope;
}): void {
  const read = parseCriterion(criterion);
  if (read.value === undefined && read.problems.length === 0)
    throw new Error('Neither a criterion nor a problem.');
  // As it travels in a plan.
  if (read.value !== undefined)
    judgeCriterion(JSON.parse(JSON.stringify(read.value)) as typeof read.value, against);
  const expression = parseExpression(text);
  if ('value' in expression) {
    evaluateExpression(expression.value, against);
    formatExpression(expression.value);
  }
  const template = parseTemplate([text, `{${text}}`, { a: text }]);
  if (template.value !== undefined) evaluateTemplate(template.value, against);
}

const KEYWORDS = [
  'type',
  'properties',
  'items',
  'prefixItems',
  'required',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  '$ref',
  '$defs',
  '$id',
  '$anchor',
  '$dynamicRef',
  'pattern',
  'patternProperties',
  'propertyNames',
  'additionalProperties',
  'enum',
  'const',
  'format',
  'minLength',
  'maximum',
  'multipleOf',
  'uniqueItems',
  'contains',
  'minContains',
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedProperties',
  'default',
  '__proto__',
  'constructor',
  'nullable',
  'discriminator',
];

const { schema } = fc.letrec<{ schema: JsonValue }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'schema' },
    fc.constantFrom<JsonValue>(
      true,
      false,
      {},
      { type: 'string' },
      { $ref: '#' },
      { $ref: '#/properties/a' },
      { $ref: '#/$defs/a' },
      { pattern: '(a+)+$' },
      { format: 'email' },
      { format: 'uri' },
      { format: 'date-time' },
      { format: 'ipv6' },
    ),
    fc.dictionary(
      fc.constantFrom(...KEYWORDS),
      fc.oneof(
        { weight: 4, arbitrary: tie('schema') },
        { weight: 2, arbitrary: fc.array(tie('schema'), { maxLength: 3 }) },
        {
          weight: 3,
          arbitrary: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', '^a', '('), tie('schema'), {
            maxKeys: 3,
          }),
        },
        { weight: 2, arbitrary: hostileValue },
      ),
      { maxKeys: 4 },
    ) as fc.Arbitrary<JsonValue>,
  ),
}));

/** A schema, more or less, and a value to check. */
export const checked: fc.Arbitrary<{ readonly schema: JsonValue; readonly value: JsonValue }> = fc.record({
  schema,
  value: fc.oneof(
    hostileValue,
    fc.constant({ a: [1, 'b', { a: null }], b: 'a'.repeat(50) }),
    fc.constant(`${'a'.repeat(60)}!`),
  ),
});

/** Checks a value by a schema; every problem must have a message. */
export function checkValue({ schema: by, value }: { schema: JsonValue; value: JsonValue }): void {
  for (const { message } of compileSchema(by)(value)) {
    if (typeof message !== 'string' || message === '') throw new Error('A problem without a message.');
  }
}
