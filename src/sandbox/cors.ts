/**
 * The headers that let a page of an origin read an answer; none where the sandbox does not answer that origin.
 * Header names are in lower case.
 */
export function corsHeaders(
  cors: boolean | readonly string[],
  origin: string | undefined,
): Readonly<Record<string, string>> {
  if (cors === false || origin === undefined) return {};
  const allowed = cors === true || cors.includes(origin);
  return {
    vary: 'origin',
    ...(allowed
      ? { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' }
      : {}),
  };
}

/** What a preflight request is told besides: which methods and headers a page may use, for ten minutes. */
export const preflightHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key',
  'access-control-allow-private-network': 'true',
  'access-control-max-age': '600',
};
