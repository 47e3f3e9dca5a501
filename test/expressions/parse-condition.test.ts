import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Condition } from '../../src/expressions/condition.ts';
import { formatExpression } from '../../src/expressions/format-expression.ts';
import { parseCondition } from '../../src/expressions/parse-condition.ts';

/** A condition with all its parentheses. */
function show(condition: Condition): string {
  switch (condition.kind) {
    case 'literal':
      return JSON.stringify(condition.value);
    case 'reference':
      return (
        formatExpression(condition.expression) +
        condition.path.map((a) => ('index' in a ? `[${a.index}]` : `.${a.member}`)).join('')
      );
    case 'not':
      return `!${show(condition.operand)}`;
    case 'compare':
      return `(${show(condition.left)} ${condition.operator} ${show(condition.right)})`;
    case 'and':
      return `(${condition.operands.map(show).join(' && ')})`;
    case 'or':
      return `(${condition.operands.map(show).join(' || ')})`;
  }
}

describe('parseCondition', () => {
  it.each([
    ['$statusCode == 200', '($statusCode == 200)'],
    ['$statusCode==200&&$inputs.a!=null', '(($statusCode == 200) && ($inputs.a != null))'],
    [
      '$statusCode >= 200 && $statusCode < 300 || $inputs.a',
      '((($statusCode >= 200) && ($statusCode < 300)) || $inputs.a)',
    ],
    ['$inputs.a || $inputs.b && $inputs.c', '($inputs.a || ($inputs.b && $inputs.c))'],
    ['($inputs.a || $inputs.b) && $inputs.c', '(($inputs.a || $inputs.b) && $inputs.c)'],
    ['!$inputs.a == false', '(!$inputs.a == false)'],
    ['!($statusCode == 500)', '!($statusCode == 500)'],
    ['!!$inputs.a', '!!$inputs.a'],
    ["$inputs.a == 'it''s'", `($inputs.a == "it's")`],
    ["$inputs.a == ''", '($inputs.a == "")'],
    ["'a (b) && c' != $inputs.a", '("a (b) && c" != $inputs.a)'],
    ['$inputs.n > -1.5e3', '($inputs.n > -1500)'],
    ['true', 'true'],
    [' null == $inputs.a ', '(null == $inputs.a)'],
    ['$response.body#/0 == null', '($response.body#/0 == null)'],
    ['$response.body#/a.b[0]/c == 1', '($response.body#/a.b[0]/c == 1)'],
    ["$response.body#/it's == 1", "($response.body#/it's == 1)"],
    ['($response.body#/a)', '$response.body#/a'],
    ['$response.body#/a==1', '($response.body#/a == 1)'],
    ['$response.body.pets[0].id > 3', '($response.body.pets[0].id > 3)'],
    ['$response.body[1] == 2', '($response.body[1] == 2)'],
    ['$inputs.a.b[0].c == 2', '($inputs.a.b[0].c == 2)'],
    ['$steps.s.outputs.o.p == $workflows.w.outputs.q', '($steps.s.outputs.o.p == $workflows.w.outputs.q)'],
    ["$response.header.Content-Type!='x'", '($response.header.Content-Type != "x")'],
    ['$request.query.page == 1', '($request.query.page == 1)'],
    ['$message.payload.id == 1', '($message.payload.id == 1)'],
  ])('reads %s', (text, shown) => {
    const parsed = parseCondition(text);
    expect('value' in parsed ? show(parsed.value) : parsed).toBe(shown);
    expect(parsed).toMatchObject({ warnings: [] });
  });

  it.each([
    ['$inputs.a == "Enabled"', '($inputs.a == "Enabled")'],
    ['{$statusCode == 401}', '($statusCode == 401)'],
    ['{$statusCode} == 401', '($statusCode == 401)'],
    ['$message.payload.email == "{$inputs.email}"', '($message.payload.email == $inputs.email)'],
    ["$inputs.a == '{$inputs.b}'", '($inputs.a == $inputs.b)'],
    [
      '$response.header.Content-Type == application/json',
      '($response.header.Content-Type == "application/json")',
    ],
    ['$response.body == Pet not found && true', '(($response.body == "Pet not found") && true)'],
    ['$response.headers.Location != null', '($response.header.Location != null)'],
    ["$response.body['a b'] == 1", '($response.body.a b == 1)'],
    ['$response.body.items.length > 0', '($response.body.items.length > 0)'],
    ['$steps.a.b == 1', '($steps.a.outputs.b == 1)'],
    ['$inputs.a == True', '($inputs.a == true)'],
    ['$inputs.a != undefined', '($inputs.a != null)'],
  ])('reads %s with a warning', (text, shown) => {
    const parsed = parseCondition(text);
    expect('value' in parsed ? show(parsed.value) : parsed).toBe(shown);
    expect('warnings' in parsed && parsed.warnings.length).toBeGreaterThan(0);
  });

  it.each([
    ['', 0],
    ['   ', 3],
    ['$statusCode ==', 14],
    ['== 200', 0],
    ['$statusCode 200', 12],
    ['$statusCode == 200 )', 19],
    ['($statusCode == 200', 0],
    ["$inputs.a == 'x", 13],
    ['$a.b == 1', 0],
    ['$inputs.a && ', 13],
    ['1 < 2 < 3', 6],
    ['$statusCode == 200 == true', 19],
    ['$response.body[*].id == 1', 14],
    ["$response.body[?(@.a == 'b')]", 14],
    ['$inputs.a + 1 == 2', 10],
    ['$inputs.a ? 1 : 2', 10],
    ['status == 200', 0],
    ['{$statusCode', 0],
    ['1e999 == 1', 0],
    ['()', 1],
    ['$statusCode.x == 1', 11],
    ["$response.body contains 'x'", 15],
    ['$inputs.a and $inputs.b', 10],
    ['$inputs.a & $inputs.b', 10],
    ['$inputs.a =~ /x/', 10],
  ])('refuses %j at %i', (text, offset) => {
    expect(parseCondition(text)).toMatchObject({ problem: expect.stringMatching(/[.?]$/), offset });
  });

  it.each([
    ['$statusCode === 200', '$statusCode == 200'],
    ['$statusCode !== 200', '$statusCode != 200'],
    ['$statusCode = 200', '$statusCode == 200'],
    ['$statusCode=200', '$statusCode==200'],
    ['$statusCode <> 200', '$statusCode != 200'],
    ['true && $statusCod == 200', 'true && $statusCode == 200'],
  ])('suggests for %s %s', (text, suggestion) => {
    expect(parseCondition(text)).toMatchObject({ suggestion });
  });

  it.each(['('.repeat(5000), '!'.repeat(5000), `${'('.repeat(500)}true${')'.repeat(500)}`])(
    'refuses deep nesting',
    (text) => {
      expect(parseCondition(text)).toHaveProperty('problem');
    },
  );

  it('refuses a long number that is none at once', () => {
    const started = performance.now();
    expect(parseCondition(`1 == ${'1'.repeat(100_000)}x`)).toHaveProperty('problem');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('says that comparisons do not chain', () => {
    expect(parseCondition('1 < 2 < 3')).toMatchObject({ problem: expect.stringContaining('chained') });
  });

  it('reads a path as access to the root where it is given one', () => {
    const root = { kind: 'response', source: { from: 'body', pointer: [] } } as const;
    const parsed = parseCondition("$.data.items.length() == 0 || $['a b'][1] == $inputs.x && @.ok", { root });
    expect('value' in parsed ? show(parsed.value) : parsed).toBe(
      '(($response.body.data.items.length == 0) || (($response.body.a b[1] == $inputs.x) && $response.body.ok))',
    );
    expect(parseCondition('$.a[*] == 1', { root })).toMatchObject({ offset: 3 });
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '$statusCode',
      '$inputs.a',
      '==',
      '!',
      '!=',
      '<',
      '&&',
      '||',
      '(',
      ')',
      ' ',
      "'",
      '"',
      '1',
      'null',
      '{',
      '}',
      '[',
      ']',
      '.x',
      '#/',
      '=',
      'abc',
      '$',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
        (text) => {
          const parsed = parseCondition(text);
          const offset = 'problem' in parsed ? parsed.offset : 0;
          expect(offset >= 0 && offset <= text.length).toBe(true);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
