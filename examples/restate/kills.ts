// Logins during which something is killed as `kill -9` does.
import { AUTHENTICATE, SEND, startLogin, type Login } from './login.ts';
import type { Stage } from './stage.ts';

export type Victim = 'service' | 'server';

/** What became of a login. */
export interface Survived {
  readonly login: Login;
  /** The states that a person saw after the kill, with why the last attempt failed. */
  readonly seen: readonly string[];
}

/** Kills what sent a login's last request: the other process goes on. */
async function killSender(
  { services }: Stage,
  login: Login,
  operationId: string,
): Promise<() => Promise<void>> {
  const pid = Number(login.requests(operationId).at(-1)?.headers['x-sent-by']);
  const sender = services.find((service) => service.pid() === pid);
  if (sender === undefined) throw new Error(`No process of these sent the request: ${pid}.`);
  await sender.kill();
  return () => sender.start();
}

/** Kills all that perform logins, for a second. */
async function killServices({ services }: Stage): Promise<void> {
  await Promise.all(services.map((service) => service.kill()));
  await Promise.all(services.map((service) => service.start()));
}

async function killServer({ restate }: Stage): Promise<void> {
  await restate.kill();
  await restate.start();
}

/** Kills during a request: only the process that sends it, or the Restate server. */
async function killDuring(
  stage: Stage,
  victim: Victim,
  login: Login,
  operationId: string,
): Promise<() => Promise<void>> {
  await login.requested(operationId, 1);
  if (victim === 'service') return killSender(stage, login, operationId);
  await killServer(stage);
  return async () => undefined;
}

/** The states of a login by SMS in which something is killed, by name. */
export const KILLS: Readonly<Record<string, (stage: Stage, victim: Victim) => Promise<Survived>>> = {
  sending: async (stage, victim) => {
    const { sandbox } = stage.api;
    const login = startLogin(stage);
    const seen: string[] = [];
    await login.until('awaitingPhoneNumber');
    // The message goes out, and the answer does not come.
    sandbox.injectFault({ operationId: SEND, times: 1, delayMs: 60_000, afterEffect: true });
    login.submit({ phone_number: login.number });
    await login.until('sending');
    const revive = await killDuring(stage, victim, login, SEND);
    const { value, wait } = await login.until('awaitingPhoneNumber');
    seen.push(`${String(value)}: ${wait?.failure?.kind ?? '-'}`);
    login.submit({ phone_number: login.number });
    await login.until('awaitingCode');
    login.submitCode();
    await login.until('done');
    await revive();
    return { login, seen };
  },
  awaitingCode: async (stage, victim) => {
    const login = startLogin(stage);
    await login.until('awaitingPhoneNumber');
    login.submit({ phone_number: login.number });
    await login.until('awaitingCode');
    await (victim === 'service' ? killServices(stage) : killServer(stage));
    login.submitCode();
    const { value } = await login.until('done');
    return { login, seen: [String(value)] };
  },
  authenticating: async (stage, victim) => {
    const { sandbox } = stage.api;
    const login = startLogin(stage);
    await login.until('awaitingPhoneNumber');
    login.submit({ phone_number: login.number });
    await login.until('awaitingCode');
    sandbox.injectFault({ operationId: AUTHENTICATE, times: 1, delayMs: 60_000, dropConnection: true });
    login.submitCode();
    const revive = await killDuring(stage, victim, login, AUTHENTICATE);
    const { value } = await login.until('done');
    await revive();
    return { login, seen: [String(value)] };
  },
  authenticatingBackoff: async (stage, victim) => {
    const { sandbox } = stage.api;
    const login = startLogin(stage);
    await login.until('awaitingPhoneNumber');
    login.submit({ phone_number: login.number });
    await login.until('awaitingCode');
    sandbox.injectFault({ operationId: AUTHENTICATE, times: 1, status: 503 });
    login.submitCode();
    await login.until('authenticatingBackoff');
    await (victim === 'service' ? killServices(stage) : killServer(stage));
    const { value } = await login.until('done');
    return { login, seen: [String(value)] };
  },
};
