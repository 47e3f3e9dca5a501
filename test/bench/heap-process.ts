// How much memory machines take that wait for a person. Run with --expose-gc; prints one JSON object.
import { createActor, fromPromise } from 'xstate';
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';
import { ANSWERS, PHONE_NUMBER, SEND_PATH } from './login.ts';

const COUNT = Number(process.argv[2] ?? 10_000);
const machine = smsOtpLogin.provide({
  actors: {
    sendSmsOtp: fromPromise(() =>
      Promise.resolve({
        statusCode: 200,
        headers: {},
        body: JSON.parse(ANSWERS[SEND_PATH] ?? '{}') as Record<string, string>,
      }),
    ),
  },
});

function started() {
  return createActor(machine, {
    input: { inputs: { phone_number: PHONE_NUMBER }, runId: crypto.randomUUID() },
  }).start();
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  globalThis.gc?.();
  globalThis.gc?.();
}

const warm = started();
await settled();
const before = process.memoryUsage().heapUsed;
const actors = Array.from({ length: COUNT }, started);
await settled();
const bytesEach = (process.memoryUsage().heapUsed - before) / COUNT;
const waiting = [warm, ...actors].filter((actor) => actor.getSnapshot().matches('awaitingCode')).length;
const snapshotBytes = JSON.stringify(warm.getPersistedSnapshot()).length;
console.log(
  JSON.stringify({ actors: COUNT, waiting: waiting - 1, bytesEach: Math.round(bytesEach), snapshotBytes }),
);
