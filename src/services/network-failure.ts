/** What is known of a request that got no response. */
export interface NetworkFailure {
  /** A short sentence; names at most an error code and the host. */
  readonly message: string;
  /** Whether the request surely never reached the server. */
  readonly neverSent: boolean;
  /** Whether the platform itself gave up waiting, as Node does after five minutes. */
  readonly timedOut?: true;
  /** Whether the platform refused to make the request. */
  readonly refused?: true;
}

/** What Node says of headers that it sets itself: `Transfer-Encoding`, `Expect`, a `Content-Length` that is not the body's. */
const REFUSED: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

/** Errors that end the attempt to connect: nothing has gone out then. */
const BEFORE_SENDING: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'is not a known host',
  EAI_AGAIN: 'could not be looked up',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  EADDRNOTAVAIL: 'cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept the connection in time',
};

const CERTIFICATE =
  /^(?:CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|HOSTNAME_MISMATCH)/;

/** Says what became of a request from what `fetch` threw. Quotes nothing of the error but its code. */
export function describeNetworkFailure(error: unknown, url: string): NetworkFailure {
  const place = hostOf(url);
  const chain = causesOf(error);
  const coded = chain.find((cause) => codeOf(cause) !== undefined);
  const code = codeOf(coded);
  if (code === undefined) {
    // The fetch standard refuses some ports before it connects.
    const refused = chain.some((cause) => cause instanceof Error && cause.message === 'bad port');
    if (refused) return { message: `${place} has a port that fetch does not allow.`, neverSent: true };
    return { message: `No response came from ${place}: the connection failed.`, neverSent: false };
  }
  const known = Object.hasOwn(BEFORE_SENDING, code) ? BEFORE_SENDING[code] : undefined;
  if (known !== undefined) return { message: `${place} ${known} (${code}).`, neverSent: true };
  if (REFUSED.has(code)) {
    const message = `The request has a header that is not the step's to set, and was not sent (${code}).`;
    return { message, neverSent: true, refused: true };
  }
  if (CERTIFICATE.test(code)) {
    return { message: `The certificate of ${place} is not trusted (${code}).`, neverSent: true };
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return { message: `${place} did not answer in time (${code}).`, neverSent: false, timedOut: true };
  }
  const whileConnecting = (coded as { syscall?: unknown }).syscall === 'connect';
  return { message: `The connection to ${place} was lost (${code}).`, neverSent: whileConnecting };
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return 'the server';
  }
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let cause = error; cause instanceof Error && chain.length < 10; cause = cause.cause) chain.push(cause);
  return chain;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(error.code) ? error.code : undefined;
}
