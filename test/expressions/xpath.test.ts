import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { evaluateCriterion, judgeCriterion } from '../../src/expressions/evaluate-criterion.ts';
import { evaluateTemplate } from '../../src/expressions/evaluate.ts';
import { applyReplacements } from '../../src/expressions/apply-replacements.ts';
import { parseCriterion } from '../../src/expressions/parse-criterion.ts';
import { parseTemplate } from '../../src/expressions/parse-template.ts';
import { xpath31 } from '../../src/expressions/xpath.ts';
import { compileXPath, NO_XPATH, registerXPath, xpathEngine } from '../../src/expressions/xpath-engine.ts';
import { xpathText } from '../../src/expressions/xpath-text.ts';

const query = (text: string) => {
  const compiled = compileXPath(text);
  if ('problem' in compiled) throw new Error(compiled.problem);
  return compiled.value;
};
const problemOf = (text: string) => {
  const compiled = compileXPath(text);
  return 'problem' in compiled ? compiled.problem : undefined;
};
const XML = '<r xmlns:p="urn:p"><a>1</a><a>2</a><p:b c="x">t<!-- n --><![CDATA[<u>]]></p:b></r>';

describe('an XPath expression', () => {
  it.each([
    ['//a', ['1', '2']],
    ['/r/p:b/@c', ['x']],
    ['/r/p:b', ['t<u>']],
    ['//text()', ['1', '2', 't', '<u>']],
    ['count(//a)', [2]],
    ['//a = "2"', [true]],
    ['//a/number()', [1, 2]],
    ['1 div 4', [0.25]],
    ['number("x")', ['NaN']],
    ['map { "a": 1 }', [{ a: 1 }]],
    ['[1, "x"]', [[1, 'x']]],
    ['()', []],
    [
      '(1, xs:date("2020-01-02"), xs:dateTime("2020-01-02T03:04:05Z"))',
      [1, '2020-01-02', '2020-01-02T03:04:05Z'],
    ],
    ['xs:dayTimeDuration("P1D")', ['P1D']],
    ['/', ['12t<u>']],
    ['"__proto__"', ['__proto__']],
  ])('%s selects %j', (text, items) => {
    expect(query(text).select(XML)).toEqual({ value: items });
  });

  it('replaces the content of what it selects, the declaration kept', () => {
    const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<a b="1"><c>x<d/></c><c/></a>';
    expect(query('//c').replace(xml, '<&>')).toEqual({
      value: '<?xml version="1.0" encoding="UTF-8"?>\n<a b="1"><c>&lt;&amp;&gt;</c><c>&lt;&amp;&gt;</c></a>',
    });
    expect(query('/a/@b').replace(xml, '"')).toMatchObject({ value: expect.stringContaining('b="&quot;"') });
    expect(query('//c/text()').replace(xml, 'y')).toMatchObject({
      value: expect.stringContaining('<c>y<d/></c>'),
    });
    for (const text of ['/z', '/', 'count(//c)'])
      expect(query(text).replace(xml, 'y')).toHaveProperty('problem');
  });

  it.each([
    '1 to 1000000000',
    'let $x := //a return $x ! $x',
    'function($x) { $x }(1)',
    'abs#1',
    'for-each(//a, abs#1)',
    'fontoxpath:evaluate("1", map {})',
    'Q{http://fontoxml.com/fontoxpath}fetch("https://example.com")',
    'doc("file:///etc/passwd")',
    'current-dateTime()',
    'random-number-generator()',
    'trace(1, "x")',
    'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$", "")',
    'tokenize("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a|a)*$x")',
    '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" => replace("(a+)+$", "")',
    '(1,2,3,4,5,6,7,8,9)!(1,2,3,4,5,6,7,8,9)!(1,2,3,4,5,6,7,8,9)!(1,2,3,4,5,6,7,8,9)!(1,2,3,4,5,6,7,8,9)',
    "'x' ! concat(.,.) ! concat(.,.) ! concat(.,.) ! concat(.,.) ! concat(.,.) ! concat(.,.) ! concat(.,.)",
    `"${'x'.repeat(2000)}"`,
    '('.repeat(900),
    '//a[',
    '',
  ])('%s is refused', (text) => {
    expect(problemOf(text)).toMatch(/^(?:The|Ranges|"let"|Functions|References|Calls)/);
  });

  it.each(['replace(//a[1], "1", "one")', 'tokenize("a,b", ",")', 'matches("aa!", "^(a+)+$")'])(
    '%s is evaluated',
    (text) => {
      expect(query(text).select(XML)).toHaveProperty('value');
    },
  );

  const wide = `<r>${'<a>1</a>'.repeat(20_000)}</r>`;

  it.each([
    ['//a != //a', wide],
    ['some $x in //a, $y in //a satisfies $x > $y', wide],
    ['count(distinct-values(//a/concat(., "x")))', wide],
    ['count(//a[preceding-sibling::a = "2"])', wide],
    ['//a', '<a>'.repeat(50_000) + '</a>'.repeat(50_000)],
    ['//a', `<r>${'<a/>'.repeat(60_000)}</r>`],
    ['//a', `<a>${' '.repeat(2_000_000)}</a>`],
    ['/a', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['/a', '<!DOCTYPE a SYSTEM "https://example.com/a.dtd"><a/>'],
    ['/a', '<a>&x;</a>'],
    ['/a', '<a>'],
    ['/a', 'text'],
    ['/a', ''],
  ])('%s over hostile XML ends soon, without a result', (text, xml) => {
    const before = process.cpuUsage();
    expect(query(text).test(xml)).toHaveProperty('problem');
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });

  it('tells problems without what the document holds', () => {
    const result = query('xs:integer(/a)').test('<a>secret</a>');
    expect(result).toHaveProperty('problem');
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, xml) => {
        const compiled = compileXPath(text);
        if ('value' in compiled) compiled.value.test(xml);
      }),
    );
  });
});

describe('values embedded in an XPath expression', () => {
  const part = { kind: 'inputs', name: 'a', pointer: [] } as const;
  const text = (before: string, value: string | number, after: string) =>
    xpathText([before, part, after], () => value);

  it('stay the literal that they stand in, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("'", '"'), (value, quote) => {
        const made = text(`(: it's :) ${quote}`, value, quote);
        if (!('value' in made)) throw new Error(made.problem);
        // Signs that XML cannot hold are none of XPath's either.
        fc.pre(made.value.length < 500 && !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/.test(value));
        expect(query(made.value).select('<r/>')).toEqual({ value: [value] });
      }),
    );
  });

  it('are names and numbers elsewhere', () => {
    expect(text('/r/a[', 2, ']')).toEqual({ value: '/r/a[2]' });
    expect(text('/r/', 'p:b', '/@c')).toEqual({ value: '/r/p:b/@c' });
    for (const value of ['1] | //*[1', '', 'a b', "'", '(: ', 'a/b']) {
      expect(text('/r/a[', value, ']'), value).toHaveProperty('problem');
    }
    expect(xpathText([part], () => undefined)).toHaveProperty('problem');
  });
});

describe('without an engine', () => {
  afterEach(() => registerXPath(xpath31));

  const criterion = { context: '$response.body', type: 'xpath', condition: '/a' };
  const scope = { response: { statusCode: 200, headers: {}, body: '<a>1</a>' } };

  it('XPath is read with a warning, criteria fail and say so, selectors find nothing, replacements cannot be made', () => {
    registerXPath(undefined);
    expect(xpathEngine()).toBeUndefined();
    const parsed = parseCriterion(criterion);
    expect(parsed.problems).toMatchObject([{ severity: 'warning', code: 'expression/not-supported' }]);
    if (parsed.value === undefined) throw new Error('The criterion was refused.');
    expect(judgeCriterion(parsed.value, scope)).toEqual({ passes: false, problem: NO_XPATH });
    const selector = parseTemplate({ context: '$response.body', type: 'xpath', selector: '/a' });
    expect(selector.problems).toMatchObject([{ severity: 'warning', code: 'expression/not-supported' }]);
    expect(evaluateTemplate(selector.value, scope)).toEqual({ value: undefined });
    expect(applyReplacements('<a/>', 'text/xml', [{ target: '/a', value: 1 }])).toHaveProperty('problem');
    registerXPath(xpath31);
    expect(evaluateCriterion(parsed.value, scope)).toBe(true);
    expect(evaluateTemplate(selector.value, scope)).toEqual({ value: '1' });
  });
});
