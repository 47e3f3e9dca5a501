import { describe, expect, it } from 'vitest';
import { createValueCodec } from '../../src/restate/value-codec.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));
const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const codec = createValueCodec({ current: 'one', keys: { one: key(1) } });

describe('the values that Restate gets', () => {
  it.each(['', '{}', 'ü'.repeat(10_000)])('are read back as they were', async (text) => {
    const read = await codec.decode(codec.encode(bytes(text)));
    expect(Buffer.from(read).toString('utf8')).toBe(text);
  });

  it('hold nothing of what they say, and are never the same twice', () => {
    const [first, second] = [1, 2].map(() => Buffer.from(codec.encode(bytes('a token'))));
    expect(first?.includes('token')).toBe(false);
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(false);
  });

  it('are read with the key that they were written with, also when another is current', async () => {
    const written = codec.encode(bytes('old'));
    const rotated = createValueCodec({ current: 'two', keys: { one: key(1), two: key(2) } });
    expect(Buffer.from(await rotated.decode(written)).toString('utf8')).toBe('old');
    const later = createValueCodec({ current: 'two', keys: { two: key(2) } });
    expect(() => later.decode(written)).toThrow('not among the keys');
    expect(() => codec.decode(rotated.encode(bytes('new')))).toThrow('not among the keys');
  });

  it.each([0, 1, 2, 5, 20, -1])('are refused when the byte %i was changed', async (place) => {
    const written = Buffer.from(codec.encode(bytes('a value')));
    const at = place < 0 ? written.length + place : place;
    written[at] = (written[at] ?? 0) ^ 1;
    const read = async (): Promise<unknown> => codec.decode(written);
    await expect(read()).rejects.toThrow(/^A value /);
  });

  it('are refused when they are not encrypted, or cut off', async () => {
    await expect(codec.decode(bytes('{"a":1}'))).rejects.toThrow('not encrypted at all');
    await expect(codec.decode(codec.encode(bytes('a value')).subarray(0, 20))).rejects.toThrow(/^A value /);
  });

  it('need keys of 32 bytes, the current one among them, and ids that are not too long', () => {
    const invalid = { code: 'invalid-option' };
    const made = (keys: Parameters<typeof createValueCodec>[0]) => (): unknown => createValueCodec(keys);
    expect(made({ current: 'one', keys: { one: new Uint8Array(16) } })).toThrow(
      expect.objectContaining(invalid),
    );
    expect(made({ current: 'one', keys: {} })).toThrow(expect.objectContaining(invalid));
    const long = 'k'.repeat(256);
    expect(made({ current: long, keys: { [long]: key(1) } })).toThrow(expect.objectContaining(invalid));
  });
});
