/**
 * Whether a browser sends a request on behalf of a page that may. What no browser sends carries no one's cookies, and
 * is let through.
 *
 * @param origins - the origins, besides the handler's own, of pages that may
 */
export function isFromOwnPage(request: Request, origins: readonly string[]): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null && origins.includes(origin)) return true;
  const site = request.headers.get('sec-fetch-site');
  // No page can make a browser say that.
  if (site === 'same-origin') return true;
  // `none`: a person typed the address.
  if (site !== null && site !== 'none') return false;
  if (origin === null) return true;
  try {
    // Not the scheme: behind a proxy that ends TLS, the handler sees another one than the browser.
    return new URL(origin).host === askedHost(request).host;
  } catch {
    return false;
  }
}

/** Where the client wanted to go: some frameworks put a host of their own into the request's URL. */
export function askedHost(request: Request): URL {
  const url = new URL(request.url);
  const host = request.headers.get('host');
  return (host === null ? null : URL.parse(`${url.protocol}//${host}`)) ?? url;
}
