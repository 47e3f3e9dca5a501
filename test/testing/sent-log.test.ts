import { describe, expect, it } from 'vitest';
import { createSentLog } from '../../src/testing/sent-log.ts';
import type { Situation } from '../../src/testing/situation.ts';
import type { SeenRequest, Stage } from '../../src/testing/stage.ts';

const REQUEST = { method: 'GET', url: 'https://api.example/items', headers: {}, query: {}, path: {} };

/** A request that the document asks for: the one of this number. */
function asked(sending: number): Situation {
  return {
    kind: 'request',
    path: [],
    stepId: 'read',
    attempt: 1,
    call: { parameters: [] },
    request: REQUEST,
    sending,
  };
}

/** What is different in requests that come out one after the other, each with its number and its key. */
async function differences(
  ...sent: readonly (readonly [number, string | undefined])[]
): Promise<readonly (string | undefined)[]> {
  const keys = sent.map(([, key]) => key);
  const request = (): SeenRequest => {
    const key = keys.shift();
    return { method: 'GET', url: REQUEST.url, headers: {}, body: '', ...(key === undefined ? {} : { key }) };
  };
  const log = createSentLog({ request } as unknown as Stage);
  const found: (string | undefined)[] = [];
  for (const [number] of sent) found.push((await log.difference(asked(number)))?.expected);
  return found;
}

describe('the idempotency key of a request', () => {
  it('is one of its own, and the same when it is sent again', async () => {
    expect(await differences([1, 'a'], [1, 'a'], [2, 'b'], [2, 'b'], [3, 'c'])).toEqual(
      Array.from({ length: 5 }),
    );
  });

  it('may not be that of another request', async () => {
    expect(await differences([1, 'a'], [2, 'b'], [3, 'a'])).toEqual([
      undefined,
      undefined,
      'an idempotency key of its own',
    ]);
  });

  it('may not change when the request is sent again', async () => {
    expect(await differences([1, 'a'], [1, 'b'])).toEqual([undefined, 'the idempotency key "a" again']);
  });

  it('may not be left out', async () => {
    expect(await differences([1, ''])).toEqual(['an idempotency key of its own']);
  });

  it('says nothing where it cannot be seen', async () => {
    expect(await differences([1, undefined], [2, undefined])).toEqual([undefined, undefined]);
  });

  it('is looked at only where the request is the right one', async () => {
    const log = createSentLog({
      request: () => ({ method: 'PUT', url: REQUEST.url, headers: {}, body: '', key: '' }),
    } as unknown as Stage);
    expect(await log.difference(asked(1))).toEqual({
      what: 'request',
      stepId: 'read',
      request: 'GET https://api.example/items',
      expected: 'GET https://api.example/items',
      actual: 'PUT https://api.example/items',
    });
  });
});
