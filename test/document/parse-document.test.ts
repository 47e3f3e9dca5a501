import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseDocument } from '../../src/document/parse-document.ts';

const uri = 'file:///flow.arazzo.yaml';
const parse = (text: string, maxBytes?: number) =>
  parseDocument(text, { uri, ...(maxBytes === undefined ? {} : { maxBytes }) });
const valueOf = (text: string) => {
  const { value, diagnostics } = parse(text);
  expect(diagnostics).toEqual([]);
  return value?.value;
};
const codesOf = (text: string) =>
  parse(text).diagnostics.map(({ code, location }) => `${location.line}:${location.column} ${code}`);

describe('parseDocument', () => {
  it('reads YAML by the core schema of 1.2', () => {
    const text =
      'yes: yes\non: on\noctal: 012\ndate: 2023-09-07\nnothing: ~\nhex: 0x1F\ntext: "5"\nlist: [1, 2.5, true]\n';
    expect(valueOf(text)).toEqual({
      yes: 'yes',
      on: 'on',
      octal: 12,
      date: '2023-09-07',
      nothing: null,
      hex: 31,
      text: '5',
      list: [1, 2.5, true],
    });
  });

  it('reads keys as they are written', () => {
    expect(Object.keys(valueOf('200: a\n1.0: b\nnull: c\ntrue: d\n') as object)).toEqual([
      '200',
      '1.0',
      'null',
      'true',
    ]);
  });

  it('reads the core schema under a directive for YAML 1.1, too', () => {
    expect(valueOf('%YAML 1.1\n---\na: yes\n')).toEqual({ a: 'yes' });
  });

  it.each([
    '{"a": [1, {"b": null}]}',
    '\uFEFF{"a": [1, {"b": null}]}',
    'a:\r\n  - 1\r\n  - b:\r\n',
    '\uFEFFa: [1, {b: }]',
  ])('reads %j', (text) => {
    expect(valueOf(text)).toEqual({ a: [1, { b: null }] });
  });

  it('reads an empty text as null', () => {
    expect(valueOf('')).toBeNull();
    expect(valueOf('# nothing\n')).toBeNull();
  });

  it('keeps members that are called like the prototype as members of their own', () => {
    for (const text of [
      '{"__proto__": {"x": 1}, "constructor": 2}',
      '__proto__: { x: 1 }\nconstructor: 2\n',
    ]) {
      const value = valueOf(text) as Record<string, unknown>;
      expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(value['x']).toBeUndefined();
    }
  });

  it('follows aliases', () => {
    expect(valueOf('a: &x { n: 1 }\nb: *x\nc: [*x]\n')).toEqual({ a: { n: 1 }, b: { n: 1 }, c: [{ n: 1 }] });
  });

  it.each([
    ['a syntax error', 'a: b: c', ['1:4 document/yaml-syntax']],
    ['a bracket that is not closed', '{"a": [1, 2}', ['1:12 document/yaml-syntax']],
    ['a key given twice', 'a: 1\nb: 2\na: 3', ['3:1 document/duplicate-key']],
    ['a member given twice', '{"a": 1, "\\u0061": 2}', ['1:10 document/duplicate-key']],
    ['a custom tag', 'a: !secret x', ['1:4 document/unsupported-yaml']],
    ['a binary tag', 'a: !!binary aGk=', ['1:4 document/unsupported-yaml']],
    ['a sequence as a key', '? [a]\n: b', ['1:3 document/unsupported-yaml']],
    ['an alias as a key', 'a: &x b\n*x : c', ['2:1 document/unsupported-yaml']],
    ['a second document', 'a: 1\n---\nb: 2', ['2:1 document/multiple-documents']],
    ['infinity', 'a: .inf', ['1:4 document/unsupported-yaml']],
    ['not a number', 'a: .nan', ['1:4 document/unsupported-yaml']],
    ['a number beyond a double', '{"a": 1e999}', ['1:7 document/unsupported-yaml']],
    ['an alias without an anchor', 'a: *x', ['1:4 document/yaml-syntax']],
    ['an alias inside of what it refers to', 'a: &x [*x]', ['1:8 document/yaml-syntax']],
  ])('refuses %s', (_title, text, expected) => {
    const { value, diagnostics } = parse(text);
    expect(diagnostics.map(({ code, location }) => `${location.line}:${location.column} ${code}`)).toEqual(
      expected,
    );
    expect(diagnostics.every(({ message }) => /^[^\n]+[.!?]$/.test(message))).toBe(true);
    expect(value).toBeUndefined();
  });

  it('accepts an empty document after the end marker', () => {
    expect(valueOf('---\na: 1\n---\n')).toEqual({ a: 1 });
  });

  it('warns of merge keys and of integers that lose digits, and keeps them', () => {
    const merged = parse('a: &x { n: 1 }\nb:\n  <<: *x\n');
    expect(merged.value?.value).toEqual({ a: { n: 1 }, b: { '<<': { n: 1 } } });
    expect(merged.diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
    expect(codesOf('{"id": 12345678901234567890}')).toEqual(['1:8 document/unsupported-yaml']);
  });

  it('points to the first of two equal keys', () => {
    const [diagnostic] = parse('a: 1\na: 2').diagnostics;
    expect(diagnostic?.related?.[0]?.location).toMatchObject({
      line: 1,
      column: 1,
      range: { start: 0, end: 1 },
    });
  });

  it.each([
    ['flow', '['.repeat(100_000)],
    ['JSON', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['block', Array.from({ length: 1500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['compact', '- '.repeat(20_000)],
  ])('refuses deep nesting of %s', (_title, text) => {
    expect(parse(text).diagnostics.some(({ code }) => code === 'document/too-large')).toBe(true);
  });

  it('refuses aliases that explode', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level += 1) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    const started = performance.now();
    expect(parse(lines.join('\n')).diagnostics.map(({ code }) => code)).toEqual(['document/too-large']);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('refuses aliases that nest each other too deeply', () => {
    const nest = (inside: string) => `${'['.repeat(150)}${inside}${']'.repeat(150)}`;
    const lines = [`a0: &a0 ${nest('x')}`, `a1: &a1 ${nest('*a0')}`];
    expect(valueOf(lines.join('\n'))).toHaveProperty('a1');
    lines.push(`a2: ${nest('*a1')}`);
    const [diagnostic, ...others] = parse(lines.join('\n')).diagnostics;
    expect(diagnostic).toMatchObject({ code: 'document/too-large', location: { line: 3, column: 155 } });
    expect(others).toEqual([]);
  });

  it('reads JSON with a number of any length at once', () => {
    const started = performance.now();
    expect(codesOf(`{"a":-${'1'.repeat(300_000)}}`)).toEqual(['1:6 document/unsupported-yaml']);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('refuses texts above the limit, counted in bytes', () => {
    expect(parse('a: ééé', 8).diagnostics.map(({ code }) => code)).toEqual(['document/too-large']);
    expect(parse('a: eee', 8).diagnostics).toEqual([]);
  });

  it('reads JSON of some megabytes at once', () => {
    const item = { id: 123, name: 'some "name"', tags: ['a', 'b'], nested: { price: 1.5, ok: true } };
    const text = JSON.stringify(
      Array.from({ length: 50_000 }, () => item),
      null,
      1,
    );
    const started = performance.now();
    expect(valueOf(text)).toHaveLength(50_000);
    expect(performance.now() - started).toBeLessThan(2500);
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&x',
      '*x',
      '!t',
      '|',
      '>',
      '#',
      '---\n',
      '? ',
      ',',
      '\t',
      '\\',
      '1',
      '.inf',
      '%',
      '\uFEFF',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        ),
        (text) => {
          const { value, diagnostics } = parse(text);
          for (const { location } of diagnostics) {
            expect(location.range.start).toBeLessThanOrEqual(location.range.end);
            expect(location.range.end).toBeLessThanOrEqual(text.length);
          }
          expect(value === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('reads what JSON.stringify writes as JSON.parse does, and finds each member again', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 2), (json, indent) => {
        const text = JSON.stringify(json, null, indent);
        const { value } = parse(text);
        expect(value?.value).toEqual(JSON.parse(text));
        if (typeof json !== 'object' || json === null) return;
        for (const [name, member] of Object.entries(json)) {
          const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
          const { range } = value?.locate(pointer) ?? { range: { start: 0, end: 0 } };
          expect(JSON.parse(text.slice(range.start, range.end))).toEqual(JSON.parse(JSON.stringify(member)));
        }
      }),
    );
  });
});

describe('ParsedDocument.locate', () => {
  const yaml =
    'info:\n  title: A flow\n  none:\nsteps:\n  - stepId: one\n  - &two\n    stepId: two\nagain: *two\n';
  const json = JSON.stringify({
    info: { title: 'A flow', none: null },
    steps: [{ stepId: 'one' }, { stepId: 'two' }],
    again: { stepId: 'two' },
  });
  const at = (text: string, pointer: string, part?: 'key' | 'value') => {
    const location = parse(text).value?.locate(pointer, part);
    return location && text.slice(location.range.start, location.range.end);
  };

  it('finds values and keys', () => {
    expect(at(yaml, '/info/title')).toBe('A flow');
    expect(at(yaml, '/info/title', 'key')).toBe('title');
    expect(at(yaml, '/steps/1/stepId')).toBe('two');
    expect(at(json, '/info/title')).toBe('"A flow"');
    expect(at(json, '/info/title', 'key')).toBe('"title"');
    expect(at(json, '/steps/1/stepId')).toBe('"two"');
  });

  it('finds the key where there is no value to see', () => {
    expect(at(yaml, '/info/none')).toBe('none');
  });

  it('goes through aliases', () => {
    expect(at(yaml, '/again')).toBe('*two');
    expect(at(yaml, '/again/stepId')).toBe('two');
  });

  it('gives the nearest ancestor of what does not exist', () => {
    expect(at(yaml, '/info/title/deep')).toBe('A flow');
    expect(at(json, '/steps/7')).toBe('[{"stepId":"one"},{"stepId":"two"}]');
    expect(at(json, '/nope')).toBe(json);
  });

  it('counts lines and columns from one', () => {
    expect(parse(yaml).value?.locate('/info/title')).toMatchObject({
      uri,
      pointer: '/info/title',
      line: 2,
      column: 10,
    });
    expect(parse(yaml.replaceAll('\n', '\r\n')).value?.locate('/info/title')).toMatchObject({
      line: 2,
      column: 10,
    });
  });
});
