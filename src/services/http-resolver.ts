import { createDeadline } from './deadline.ts';
import { describeNetworkFailure } from './network-failure.ts';
import { BodyTooLarge, readBytes } from './read-response.ts';
import { decodeDocument, ResourceError, type SourceResolver } from './resolver.ts';
import { DEFAULT_MAX_BYTES, DEFAULT_TIMEOUT_MS } from './service-options.ts';

/** How documents are read over the network. */
export interface HttpResolverOptions {
  /** Whether a URL may be read. Default: none may. */
  readonly allow?: (url: URL) => boolean;
  /** Milliseconds for one document. Default 30,000. */
  readonly timeoutMs?: number;
  /** The most bytes of one document. Default 16 MiB. */
  readonly maxBytes?: number;
  /** What sends a request. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch;
}

const MAX_REDIRECTS = 5;

/**
 * A resolver for http(s) URLs. It reads only what `allow` lets it read, redirects included, and sends no credentials.
 */
export function createHttpResolver(options: HttpResolverOptions = {}): SourceResolver {
  const { allow = () => false, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  return async (uri, signal) => {
    const deadline = createDeadline(timeoutMs, signal);
    let name = 'The URL';
    try {
      let url = parseUrl(uri);
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
        name = `${url.origin}${url.pathname}`;
        if (!allow(url))
          throw new ResourceError('not-allowed', `Reading "${name}" over the network is not allowed.`);
        // Loaded when it is needed: it wakes up the platform's fetch, and most documents come from files.
        const { default: ky } = await import('ky');
        const response = await deadline.race(
          ky(url, {
            retry: 0,
            throwHttpErrors: false,
            timeout: false,
            redirect: 'manual',
            credentials: 'omit',
            signal: deadline.signal,
            headers: { accept: 'application/yaml, application/json, text/*;q=0.9, */*;q=0.5' },
            ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
          }),
        );
        const location = response.headers.get('location');
        if (response.status >= 300 && response.status < 400 && location !== null) {
          void response.body?.cancel().catch(() => undefined);
          url = parseUrl(location, url);
          continue;
        }
        if (!response.ok) {
          void response.body?.cancel().catch(() => undefined);
          const reason = response.status === 404 || response.status === 410 ? 'missing' : 'unreadable';
          throw new ResourceError(reason, `"${name}" was answered with status ${response.status}.`);
        }
        return decodeDocument(await deadline.race(readBytes(response, maxBytes)), name);
      }
      throw new ResourceError('unreadable', `"${name}" redirects more than ${MAX_REDIRECTS} times.`);
    } catch (error) {
      if (error instanceof ResourceError) throw error;
      if (deadline.ended() === 'timeout') {
        throw new ResourceError('timeout', `"${name}" was not read within ${timeoutMs} ms.`);
      }
      if (deadline.ended() === 'aborted')
        throw new ResourceError('unreadable', `Reading "${name}" was aborted.`);
      if (error instanceof BodyTooLarge) {
        throw new ResourceError('too-large', `"${name}" is larger than ${maxBytes} bytes.`);
      }
      throw new ResourceError('unreadable', describeNetworkFailure(error, name).message);
    } finally {
      deadline.clear();
    }
  };
}

function parseUrl(uri: string, base?: URL): URL {
  if (!URL.canParse(uri, base))
    throw new ResourceError('not-supported', 'The URL of a document is not valid.');
  const url = new URL(uri, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ResourceError('not-supported', `"${url.protocol}" URIs cannot be read over the network.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ResourceError(
      'not-allowed',
      `The URL of a document on "${url.host}" must not hold credentials.`,
    );
  }
  return url;
}
