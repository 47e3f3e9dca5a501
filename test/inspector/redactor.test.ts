import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/document/json.ts';
import { createRedactor } from '../../src/inspector/redactor.ts';
import { MASK } from '../../src/machines/mask.ts';

describe('what is shown', () => {
  it('has no members that look secret, at any depth', () => {
    const { redact } = createRedactor();
    expect(
      redact({
        headers: { Authorization: 'abc', 'set-cookie': 'x' },
        list: [{ sessionToken: 'y', name: 'z' }],
      }),
    ).toEqual({
      headers: { Authorization: MASK, 'set-cookie': MASK },
      list: [{ sessionToken: MASK, name: 'z' }],
    });
  });

  it('has no members of the names that were given', () => {
    const redactor = createRedactor();
    redactor.addNames(['pin']);
    expect(redactor.redact({ pin: 7, pins: 7 })).toEqual({ pin: MASK, pins: 7 });
  });

  it('has no parameters whose names look secret', () => {
    const { redact } = createRedactor();
    expect(redact([{ name: 'X-Api-Key', in: 'header', value: 'k' }])).toEqual([
      { name: 'X-Api-Key', in: 'header', value: MASK },
    ]);
  });

  it('has no secret under another name, nor inside of a text, nor as a URL writes it', () => {
    const redactor = createRedactor();
    redactor.learn({ password: 'p&ss wörd!' });
    expect(
      redactor.redact({
        q: 'p&ss wörd!',
        text: 'it was p&ss wörd!.',
        url: `/x?a=${encodeURIComponent('p&ss wörd!')}&b=1`,
      }),
    ).toEqual({ q: MASK, text: `it was ${MASK}.`, url: `/x?a=${MASK}&b=1` });
  });

  it('has no secret as requests write it in their paths, queries and forms', () => {
    const redactor = createRedactor();
    redactor.addValues(["it's (a) secret!"]);
    expect(redactor.redact(['/x/it%27s%20%28a%29%20secret%21/y', 'a=1&b=it%27s+%28a%29+secret%21'])).toEqual([
      `/x/${MASK}/y`,
      `a=1&b=${MASK}`,
    ]);
  });

  it('has no secret inside of a text of JSON, a form or XML', () => {
    const { redact } = createRedactor();
    expect(
      redact([
        '{"session_token": "abc \\" def", "pages":[{"apiKey":12345}],"name":"Ada","token":null}',
        'client_secret=abc&grant_type=x',
        '<s:Envelope><s:Password Type="a">hunter2</s:Password><name>Ada</name></s:Envelope>',
      ]),
    ).toEqual([
      `{"session_token": "${MASK}", "pages":[{"apiKey":"${MASK}"}],"name":"Ada","token":null}`,
      `client_secret=${MASK}&grant_type=x`,
      `<s:Envelope><s:Password Type="a">${MASK}</s:Password><name>Ada</name></s:Envelope>`,
    ]);
  });

  it('has no secret however long it is, and however many there are', () => {
    const redactor = createRedactor();
    const long = (sign: string) => `${sign}é&`.repeat(20_000);
    redactor.learn(
      Array.from({ length: 300 }, (_, index) => ({ token: `${index}`.padEnd(index * 50, 'x') })),
    );
    redactor.learn({ client_secret: long('a'), private_key: `${long('a')}b` });
    expect(
      redactor.redact([
        `it is ${long('a')}b!`,
        `/x?q=${encodeURIComponent(long('a'))}&y`,
        `${'299'.padEnd(299 * 50, 'x')}.`,
      ]),
    ).toEqual([`it is ${MASK}!`, `/x?q=${MASK}&y`, `${MASK}.`]);
  });

  it('is looked through at once, however long it is', () => {
    const { redact } = createRedactor();
    const started = performance.now();
    for (const piece of ['eyJ-', '"a', '"\\', '"a":"\\', '<a', '&a', 'Bearer ', '"a" :'])
      expect(redact(piece.repeat(20_000))).toBe(piece.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('has no secret as the name of a member', () => {
    const redactor = createRedactor();
    redactor.learn({ client_secret: 'abcdefghij' });
    expect(redactor.redact({ abcdefghij: 1 })).toEqual({ [MASK]: 1 });
  });

  it('has no short secret where it is the whole value, and other texts keep theirs', () => {
    const redactor = createRedactor();
    redactor.addNames(['pin']);
    redactor.learn({ pin: '12' });
    expect(redactor.redact(['12', '12 o’clock'])).toEqual([MASK, '12 o’clock']);
  });

  it('has no secret number', () => {
    const redactor = createRedactor();
    redactor.addNames(['pin']);
    redactor.learn({ pin: 4711 });
    expect(redactor.redact({ sent: 4711, text: 'x 4711' })).toEqual({ sent: MASK, text: `x ${MASK}` });
  });

  it('has no values that were given, credentials as HTTP writes them, and JSON web tokens', () => {
    const redactor = createRedactor();
    redactor.addValues(['s3cret']);
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
    expect(
      redactor.redact(['a s3cret', 'Basic dXNlcjpwYXNz', `token ${jwt}`, '/x?access_token=abc&y=1']),
    ).toEqual([`a ${MASK}`, MASK, `token ${MASK}`, `/x?access_token=${MASK}&y=1`]);
  });

  it('keeps what is no secret, though a name made it look like one', () => {
    const redactor = createRedactor();
    redactor.learn({ token_type: 'bearer', token: null });
    expect(redactor.redact({ token_type: 'bearer', note: 'a bearer', token: null })).toEqual({
      token_type: MASK,
      note: 'a bearer',
      token: null,
    });
  });

  it('never holds a learned secret, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), fc.jsonValue(), fc.string(), (secret, other, around) => {
        const redactor = createRedactor();
        redactor.learn({ password: secret });
        const shown = redactor.redact({
          a: [`${around}${secret}`],
          b: secret,
          c: other as JsonValue,
          [secret]: 1,
        });
        const texts: string[] = [];
        JSON.stringify(shown, (name, value: unknown) => {
          texts.push(name, typeof value === 'string' ? value : '');
          return value;
        });
        expect(texts.filter((text) => text.includes(secret))).toEqual([]);
      }),
    );
  });
});
