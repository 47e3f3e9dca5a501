import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPointer, resolvePointer } from '../../src/document/json-pointer.ts';
import type { JsonValue } from '../../src/document/json.ts';
import { applyReplacements } from '../../src/expressions/apply-replacements.ts';
import type { EvaluatedReplacement } from '../../src/expressions/apply-replacements.ts';

const apply = (payload: JsonValue | undefined, ...replacements: EvaluatedReplacement[]) =>
  applyReplacements(payload, 'application/json', replacements);

describe('applyReplacements', () => {
  it('gives the payload where there is nothing to replace', () => {
    expect(apply(undefined)).toEqual({ value: undefined });
    expect(apply('text')).toEqual({ value: 'text' });
  });

  it('sets what a JSON Pointer leads to, and does not change what it was given', () => {
    const tree = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<JsonValue>(null, 1, 'x'),
        fc.dictionary(fc.constantFrom('a', 'a/b', '~', '', '__proto__', 'constructor'), tie('value'), {
          maxKeys: 3,
        }),
        fc.array(tie('value'), { maxLength: 3 }),
      ),
    })).value;
    const keys = fc.array(fc.constantFrom('a', 'a/b', '~', '', '__proto__', 'constructor', '0', '1'), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(tree, keys, (payload, path) => {
        fc.pre(typeof payload !== 'string');
        const before = JSON.stringify(payload);
        const result = apply(payload, { target: formatPointer(path), value: 'set' });
        expect(JSON.stringify(payload)).toBe(before);
        if ('value' in result) expect(resolvePointer(result.value, path)).toBe('set');
        else expect(resolvePointer(payload, path)).toBeUndefined();
        expect(Object.getPrototypeOf({})).toBe(Object.prototype);
        expect(({} as Record<string, unknown>)['a']).toBeUndefined();
      }),
    );
  });

  it('replaces the whole payload where the target is empty', () => {
    expect(apply({ a: 1 }, { target: '', value: [2] })).toEqual({ value: [2] });
    expect(apply({ a: 1 }, { target: '$', type: 'jsonpath', value: [2] })).toEqual({ value: [2] });
  });

  it('sets what lies deeper first, where a query selects both', () => {
    expect(apply({ a: { a: 1 } }, { target: '$..a', type: 'jsonpath', value: 2 })).toEqual({
      value: { a: 2 },
    });
  });

  it('keeps a value that was set at several places apart', () => {
    const result = apply(
      { list: [0, 0] },
      { target: '$.list[*]', type: 'jsonpath', value: { n: 1 } },
      { target: '/list/0/n', value: 2 },
    );
    expect(result).toEqual({ value: { list: [{ n: 2 }, { n: 1 }] } });
  });

  it('makes the leaf that a JSONPath of one place names', () => {
    expect(apply({ a: {} }, { target: "$.a['b']", type: 'jsonpath', value: 1 })).toEqual({
      value: { a: { b: 1 } },
    });
  });

  it.each([
    [{ target: 'a', value: 1 }, {}],
    [{ target: '$.[', type: 'jsonpath', value: 1 }, {}],
    [{ target: '/a', type: 'xpath', value: 1 }, {}],
    [{ target: '/01', value: 1 }, [0, 0]],
    [{ target: '/-/a', value: 1 }, [0]],
    [{ target: '/toString/x', value: 1 }, {}],
    [{ target: '/a', value: 1 }, 'not JSON'],
  ] as const)('cannot make %j in %j', (replacement, payload) => {
    expect(apply(payload, replacement)).toHaveProperty('problem');
  });

  it('starts forms from nothing, and texts of other types from no such thing', () => {
    const form = 'application/x-www-form-urlencoded';
    expect(applyReplacements(undefined, form, [{ target: '/a', value: 1 }])).toEqual({ value: { a: 1 } });
    expect(applyReplacements('a=1', form, [{ target: '/a', value: 1 }])).toHaveProperty('problem');
    expect(applyReplacements(undefined, 'text/plain', [{ target: '/a', value: 1 }])).toHaveProperty(
      'problem',
    );
  });

  it('takes a body of unknown type for JSON, and a text that begins with "<" for XML', () => {
    expect(applyReplacements(undefined, undefined, [{ target: '/a', value: 1 }])).toEqual({
      value: { a: 1 },
    });
    expect(applyReplacements('{"b":1}', undefined, [{ target: '/a', value: 1 }])).toEqual({
      value: { b: 1, a: 1 },
    });
  });

  it('replaces many places in a time that grows with them', () => {
    const list = Array.from({ length: 50_000 }, () => 0);
    const before = process.cpuUsage();
    expect(apply({ list }, { target: '$.list[*]', type: 'jsonpath', value: 1 })).toHaveProperty('value');
    expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  });
});
