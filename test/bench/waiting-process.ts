// Logins that wait for their code, on a file of SQLite. `make` starts so many; `host` opens the file, lets them wait,
// and goes on with some. Prints one JSON object. Run with --expose-gc.
import { smsOtpLogin } from '../../src/machines/stytch/index.ts';
import { createSessions, createSqliteStore, type Run, type Sessions } from '../../src/server/index.ts';
import { instantFetch, PHONE_NUMBER } from './login.ts';

const [task, file = '', count = '1000'] = process.argv.slice(2);
const store = createSqliteStore(file, { synchronous: 'normal' });
const sessions = createSessions({ workflows: [smsOtpLogin], store, noAuth: true, fetch: instantFetch });

function until(hosted: Sessions, id: string, isIt: (run: Run) => boolean): Promise<Run> {
  return new Promise((resolve) => {
    const end = hosted.subscribe(id, (run) => {
      if (!isIt(run)) return;
      resolve(run);
      end();
    });
  });
}

async function make(): Promise<object> {
  let left = Number(count);
  const started = performance.now();
  const some = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const result = await sessions.start('sms-otp-login', { inputs: { phone_number: PHONE_NUMBER } });
      if (result.kind !== 'started') throw new Error(result.kind);
      await until(sessions, result.run.id, ({ state }) => state === 'awaitingCode');
    }
  };
  await Promise.all(Array.from({ length: 64 }, some));
  globalThis.gc?.();
  return {
    microsEach: Math.round(((performance.now() - started) * 1000) / Number(count)),
    heapMiB: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
  };
}

async function host(): Promise<object> {
  const ids = (await store.list({ limit: 200 })).map(({ id }) => id);
  // The server has looked at what is due, and waits.
  await new Promise((resolve) => void setTimeout(resolve, 1500));
  globalThis.gc?.();
  const residentMiB = Math.round(process.memoryUsage().rss / 2 ** 20);
  const resumedMs: number[] = [];
  for (const id of ids) {
    const started = performance.now();
    await sessions.send(id, { type: 'submit', values: { code: '000000' } });
    resumedMs.push(performance.now() - started);
    await until(sessions, id, ({ status }) => status === 'done');
  }
  return { residentMiB, resumedMs };
}

console.log(JSON.stringify(await (task === 'make' ? make() : host())));
await sessions.close();
await store.close();
