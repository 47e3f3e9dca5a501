import type { RestateSessionsOptions } from './restate-options.ts';
import type { ValueCodec } from './value-codec.ts';

/** Calls handlers of the virtual object through the Restate server. */
export interface Ingress {
  /** @throws Error where no answer came in time, or Restate gave none of the handler's */
  call<Reply>(
    key: string,
    handler: string,
    request?: object,
    limits?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<Reply>;
}

type IngressOptions = Pick<RestateSessionsOptions, 'ingressUrl' | 'headers' | 'timeoutMs' | 'fetch'>;

export function createIngress(
  name: string,
  codec: ValueCodec | undefined,
  { ingressUrl, headers = {}, timeoutMs: usualMs = 10_000, fetch: send = fetch }: IngressOptions,
): Ingress {
  const base = ingressUrl.replace(/\/+$/, '');
  return {
    call: async <Reply>(
      key: string,
      handler: string,
      request: object = {},
      { timeoutMs = usualMs, signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
    ): Promise<Reply> => {
      const plain = Buffer.from(JSON.stringify(request), 'utf8');
      const timeout = AbortSignal.timeout(timeoutMs);
      const response = await send(`${base}/${name}/${encodeURIComponent(key)}/${handler}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: new Uint8Array(codec === undefined ? plain : codec.encode(plain)),
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (!response.ok) throw new Error(problemText(name, response.status, bytes));
      const read = codec === undefined ? bytes : await codec.decode(bytes);
      return JSON.parse(Buffer.from(read).toString('utf8')) as Reply;
    },
  };
}

/** What Restate says by itself is not encrypted. */
function problemText(name: string, status: number, bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8').slice(0, 1000);
  const help =
    status === 404
      ? ` Is the service "${name}" registered with the Restate server, under the address that it listens on?`
      : '';
  return `Restate answered with the status ${status}: ${text}${help}`;
}
