import { describe, expect, it } from 'vitest';
import { withMember } from '../../src/document/json.ts';

describe('withMember', () => {
  it('copies an object with one member more, or another value of one', () => {
    const before = { a: 1 };
    expect(withMember(before, 'b', 2)).toEqual({ a: 1, b: 2 });
    expect(withMember(before, 'a', 2)).toEqual({ a: 2 });
    expect(before).toEqual({ a: 1 });
  });

  it('takes any name, and keeps members of any name', () => {
    const hostile = withMember(withMember<object>({}, '__proto__', { a: 1 }), 'constructor', {});
    const copy = withMember(hostile, 'b', {});
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":1},"constructor":{},"b":{}}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('gives a member that can be changed and taken away again', () => {
    const copy = { ...withMember({}, 'a', 1) } as Record<string, number>;
    copy['a'] = 2;
    delete copy['a'];
    expect(copy).toEqual({});
  });
});
