import type { HttpRequest } from '../openapi/operation.ts';
import { sortedJson, type Found } from './path-difference.ts';
import type { MessageValues, Sending, Situation } from './situation.ts';
import type { Stage } from './stage.ts';
import { textOf } from './stub-stage.ts';

/** What a run has sent so far, compared with what its document asks for. */
export interface SentLog {
  /** What is different in what is sent now; `undefined` where nothing is, or nothing is sent. */
  difference(situation: Situation | undefined): Promise<Found | undefined>;
}

/**
 * Compares what a run sends, and its idempotency keys: all that it sends has one of its own, which stays the same when
 * it is sent again.
 *
 * @param ignoresHeader - whether a header that the document does not ask for may be there
 */
export function createSentLog(stage: Stage, ignoresHeader: (name: string) => boolean = () => false): SentLog {
  const keys = new Map<number, string>();
  const keyDifference = (
    { sending, stepId }: Sending & Situation,
    request: string,
    actual: string | undefined,
  ): Found | undefined => {
    const known = keys.get(sending);
    if (actual === undefined || (actual !== '' && actual === known)) return undefined;
    const isNew = known === undefined && actual !== '' && ![...keys.values()].includes(actual);
    keys.set(sending, actual);
    if (isNew) return undefined;
    const expected =
      known === undefined ? 'an idempotency key of its own' : `the idempotency key "${known}" again`;
    const told = actual === '' ? 'no idempotency key' : `the idempotency key "${actual}"`;
    return { what: 'request', stepId, request, expected, actual: told };
  };
  return {
    async difference(situation) {
      if (situation?.kind === 'request') {
        const { stepId, request } = situation;
        const seen = await stage.request();
        const wanted = new Set(Object.keys(request.headers));
        const actual = comparable(seen, (name) => !wanted.has(name) && ignoresHeader(name));
        const expected = comparable({ ...request, body: textOf(request.body) }, () => false);
        return actual === expected
          ? keyDifference(situation, nameOf(request), seen.key)
          : { what: 'request', stepId, request: nameOf(request), expected, actual };
      }
      if (situation?.kind !== 'message') return undefined;
      const { stepId, call } = situation;
      const seen = stage.message();
      const actual = sortedJson(seen.call);
      const expected = sortedJson(call);
      return actual === expected
        ? keyDifference(situation, channelOf(call), seen.key)
        : { what: 'request', stepId, request: channelOf(call), expected, actual };
    },
  };
}

/** A request in a few words: `POST https://…`. */
export function nameOf({ method, url }: { readonly method: string; readonly url: string }): string {
  return `${method} ${url}`;
}

function channelOf({ action, channel }: MessageValues): string {
  return `${action} ${channel}`;
}

/** A request as a text to be compared, its headers in order. */
function comparable(
  { method, url, headers, body }: Pick<HttpRequest, 'method' | 'url' | 'headers'> & { readonly body: string },
  ignoresHeader: (name: string) => boolean,
): string {
  const lines = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !ignoresHeader(name))
    .map(([name, value]) => `${name}: ${value}`)
    .toSorted();
  return [`${method} ${URL.parse(url)?.href ?? url}`, ...lines, ...(body === '' ? [] : ['', body])].join(
    '\n',
  );
}
