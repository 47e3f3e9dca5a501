import { createSandbox } from '../../src/sandbox/index.ts';
import type { SandboxOptions, SandboxResponse, StytchSandbox } from '../../src/sandbox/index.ts';

/** An answer with its body parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly raw: SandboxResponse;
}

/** A sandbox at a fixed time with repeatable ids, and the two ways to call it. */
export interface TestApi {
  readonly sandbox: StytchSandbox;
  readonly post: (path: string, body: unknown) => Answer;
  readonly get: (path: string, query: Record<string, string>) => Answer;
  /** Sends a code by SMS and gives its method id. */
  readonly sendSms: (phoneNumber: string, extra?: Record<string, unknown>) => string;
  readonly authenticate: (methodId: string, code: string, extra?: Record<string, unknown>) => Answer;
  /** The newest code for a destination; fails where there is none. */
  readonly code: (to: string) => string;
}

/** 20 November 2026, 12:00 UTC. */
export const startTime = Date.UTC(2026, 10, 20, 12);

export const phone = '+12025550143';

export const basicAuth = ({ projectId, secret }: Pick<StytchSandbox, 'projectId' | 'secret'>): string =>
  `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`;

const read = (raw: SandboxResponse): Answer => ({
  status: raw.status,
  headers: raw.headers,
  body: JSON.parse(raw.body) as Record<string, unknown>,
  raw,
});

export function testApi(options: SandboxOptions = {}): TestApi {
  const sandbox = createSandbox({ seed: 7, now: () => startTime, ...options });
  const headers = { authorization: basicAuth(sandbox), 'content-type': 'application/json' };
  const post: TestApi['post'] = (path, body) =>
    read(sandbox.handle({ method: 'POST', path, headers, body: JSON.stringify(body) }));
  return {
    sandbox,
    post,
    get: (path, query) => read(sandbox.handle({ method: 'GET', path, query, headers })),
    sendSms: (phoneNumber, extra = {}) => {
      const answer = post('/v1/otps/sms/login_or_create', { phone_number: phoneNumber, ...extra });
      return textOf(answer, 'phone_id');
    },
    authenticate: (methodId, code, extra = {}) =>
      post('/v1/otps/authenticate', { method_id: methodId, code, ...extra }),
    code: (to) => {
      const code = sandbox.lastCodeFor(to);
      if (code === undefined) throw new Error(`Nothing was sent to ${to}.`);
      return code;
    },
  };
}

/** A text member of a body; fails where there is none. */
export function textOf(answer: Answer, member: string): string {
  const value = answer.body[member];
  if (typeof value !== 'string') throw new Error(`"${member}" is no text in ${JSON.stringify(answer.body)}`);
  return value;
}

/** Six digits that differ from a code. */
export function wrongCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** What a refusal looks like in `toMatchObject`. */
export const refusal = (status: number, errorType: string): object => ({
  status,
  body: { status_code: status, error_type: errorType },
});
