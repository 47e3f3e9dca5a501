import { describe, expect, it } from 'vitest';

import { codeFrame } from '../../src/document/code-frame.ts';
import { parseDocument } from '../../src/document/parse-document.ts';

const frame = (text: string, pointer: string) => {
  const { value } = parseDocument(text, { uri: 'file:///x' });
  if (value === undefined) throw new Error('the fixture is valid');
  return codeFrame(text, value.locate(pointer));
};

describe('codeFrame', () => {
  it('shows the line before, the line, and carets', () => {
    expect(frame('a: 1\r\nb: two\r\n', '/b')).toBe('1 | a: 1\n2 | b: two\n  |    ^^^');
  });

  it('has no line before the first', () => {
    expect(frame('b: two', '/b')).toBe('1 | b: two\n  |    ^^^');
  });

  it('shows tabs as two spaces and keeps the carets under the place', () => {
    expect(frame('{\n\t"a":\t12}', '/a')).toBe('1 | {\n2 |   "a":  12}\n  |         ^^');
  });

  it('cuts a long line around the place', () => {
    const text = JSON.stringify({ a: 'x'.repeat(300), b: 'here', c: 'y'.repeat(300) });
    const lines = frame(text, '/b').split('\n');
    expect(lines[0]?.length).toBeLessThan(120);
    const carets = /\^+/.exec(lines[1] ?? '');
    expect(lines[0]?.slice(carets?.index, (carets?.index ?? 0) + 6)).toBe('"here"');
    expect(carets?.[0]).toHaveLength(6);
  });

  it('lets no control character through', () => {
    expect(frame('a: "\u009B31m"', '/a')).not.toContain('\u009B');
  });
});
