// A login by SMS as a page sees it, and what of it the API saw.
import type { SandboxServer } from 'arazzo-xstate/sandbox';
import { createActor, waitFor, type Actor } from 'xstate';
import type { RemoteSnapshot, RemoteWorkflowLogic } from 'arazzo-xstate/client';
import type { Stage } from './stage.ts';

export const SEND = 'api_otp_v1_otp_sms_LoginOrCreate';
export const AUTHENTICATE = 'api_otp_v1_Authenticate';

export interface Login {
  readonly actor: Actor<RemoteWorkflowLogic>;
  /** The number that codes go to: nobody else's. */
  readonly number: string;
  /** Resolves once the login is in a state. */
  until(state: string): Promise<RemoteSnapshot>;
  submit(values: Readonly<Record<string, string>>): void;
  /** Submits the code that was last sent. */
  submitCode(): void;
  /** The requests that the API got for an operation, of this login. */
  requests(operationId: string): SandboxServer['sandbox']['requests'];
  /** Resolves once the API has got so many of them. */
  requested(operationId: string, times: number): Promise<void>;
  /** How many codes were sent to the number. */
  codes(): number;
}

const PATIENCE_MS = 60_000;
let numbers = 0;

export function startLogin({ api: { sandbox }, logic }: Pick<Stage, 'api' | 'logic'>): Login {
  numbers += 1;
  const number = `+1202555${String(numbers).padStart(4, '0')}`;
  const actor = createActor(logic, { input: { workflowId: 'sms-otp-login' } });
  actor.start();
  const requests: Login['requests'] = (operationId) =>
    sandbox.requests.filter(
      (request) =>
        request.operationId === operationId &&
        request.headers['idempotency-key']?.startsWith(`${actor.getSnapshot().runId ?? '?'}/`) === true,
    );
  return {
    actor,
    number,
    until: (state) => waitFor(actor, ({ value }) => value === state, { timeout: PATIENCE_MS }),
    submit: (values) => actor.send({ type: 'submit', values }),
    submitCode: () => actor.send({ type: 'submit', values: { code: sandbox.lastCodeFor(number) ?? 'none' } }),
    requests,
    requested: async (operationId, times) => {
      for (const end = Date.now() + PATIENCE_MS; requests(operationId).length < times;) {
        if (Date.now() > end) throw new Error(`The API got no ${times} requests for ${operationId}.`);
        await new Promise((resolve) => void setTimeout(resolve, 20));
      }
    },
    codes: () => sandbox.outbox.filter(({ to }) => to === number).length,
  };
}

/** The whole of a login. */
export async function playLogin(stage: Pick<Stage, 'api' | 'logic'>): Promise<Login> {
  const login = startLogin(stage);
  await login.until('awaitingPhoneNumber');
  login.submit({ phone_number: login.number });
  await login.until('awaitingCode');
  login.submitCode();
  await login.until('done');
  return login;
}
