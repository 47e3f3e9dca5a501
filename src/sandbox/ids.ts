/** Makes every id, token and code of a sandbox out of one source of random numbers. */
export interface IdSource {
  /** `<prefix>-test-<uuid>`, as all ids of Stytch's Test environment are. */
  readonly id: (prefix: string) => string;
  /** 33 bytes in base64url: the 44 characters of session and intermediate session tokens. */
  readonly token: () => string;
  /** Six digits, leading zeros kept. */
  readonly code: () => string;
}

/** A small seeded generator (mulberry32): repeatable, and no source of secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Ids, tokens and codes from a source of numbers in [0, 1). */
export function createIdSource(random: () => number): IdSource {
  const bytes = (count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
  return {
    id: (prefix) => `${prefix}-test-${uuid(bytes(16))}`,
    token: () => bytes(33).toString('base64url'),
    code: () => String(Math.floor(random() * 1_000_000)).padStart(6, '0'),
  };
}

/** Sixteen bytes written as a version 4 UUID. */
export function uuid(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
