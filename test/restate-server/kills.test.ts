import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KILLS, type Survived, type Victim } from '../../examples/restate/kills.ts';
import { AUTHENTICATE, playLogin, SEND, type Login } from '../../examples/restate/login.ts';
import { startStage, type Stage } from '../../examples/restate/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  await stage.close();
});

const keysOf = (login: Login, operationId: string) =>
  login.requests(operationId).map(({ headers }) => headers['idempotency-key']);
const play = (state: string, victim: Victim): Promise<Survived> => {
  const kill = KILLS[state];
  if (kill === undefined) throw new Error(`Nothing is killed in "${state}".`);
  return kill(stage, victim);
};
const outputsOf = ({ actor }: Login): unknown => actor.getSnapshot().output;

describe('two processes behind one address', () => {
  it('share the logins', async () => {
    const before = stage.api.sandbox.requests.length;
    const logins = await Promise.all(Array.from({ length: 12 }, () => playLogin(stage)));
    for (const login of logins) expect(login.codes()).toBe(1);
    const senders = stage.api.sandbox.requests.slice(before).map(({ headers }) => headers['x-sent-by']);
    const shares = stage.services.map(
      (service) => senders.filter((sender) => sender === String(service.pid())).length,
    );
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(24);
    expect(Math.min(...shares)).toBeGreaterThan(4);
  });

  it('go on with what one of them was killed in', async () => {
    const { login } = await play('authenticating', 'service');
    const senders = login.requests(AUTHENTICATE).map(({ headers }) => headers['x-sent-by']);
    expect(new Set(senders).size).toBe(2);
  });
});

describe.each(['service', 'server'] as const)('when the %s is killed', (victim) => {
  it('while a code is being sent, none is sent again, and the number is asked for', async () => {
    const { login, seen } = await play('sending', victim);
    expect(seen).toEqual(['awaitingPhoneNumber: interrupted']);
    // One for each of the two times that the number was submitted.
    expect(login.codes()).toBe(2);
    expect(new Set(keysOf(login, SEND)).size).toBe(2);
    expect(keysOf(login, SEND)).toHaveLength(2);
    expect(outputsOf(login)).toMatchObject({ status: 'done' });
  });

  it('while the code is waited for, it goes on being waited for', async () => {
    const { login } = await play('awaitingCode', victim);
    expect(login.codes()).toBe(1);
    expect(keysOf(login, SEND)).toHaveLength(1);
    expect(keysOf(login, AUTHENTICATE)).toHaveLength(1);
    expect(outputsOf(login)).toMatchObject({ status: 'done' });
  });

  it('while the code is checked, it is checked again, under the same key', async () => {
    const { login } = await play('authenticating', victim);
    const keys = keysOf(login, AUTHENTICATE);
    expect(keys).toEqual([`${login.actor.getSnapshot().runId}/authenticateOtp/1/1`, keys[0]]);
    expect(login.codes()).toBe(1);
    expect(outputsOf(login)).toMatchObject({ status: 'done' });
  });

  it('while it backs off, it tries again when it said that it would', async () => {
    const { login } = await play('authenticatingBackoff', victim);
    const [first, second, ...more] = login.requests(AUTHENTICATE);
    expect(more).toEqual([]);
    expect(second?.headers['idempotency-key']).not.toBe(first?.headers['idempotency-key']);
    // The document says two seconds, of which a part was over before the kill.
    const pauseMs = (second?.at ?? 0) - (first?.at ?? 0);
    expect(pauseMs).toBeGreaterThanOrEqual(1900);
    expect(pauseMs).toBeLessThan(30_000);
    expect(login.codes()).toBe(1);
  });
});
