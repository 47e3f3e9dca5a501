// Logins on Restate, on this machine: some that two processes share, then one for each state in which a process or the
// Restate server is killed. It needs the Restate server, which "npm run restate" installs first.
//   npm run restate             plays the logins
//   npm run restate -- --page   serves the login page of examples/login, with its logins on Restate
import { parseArgs } from 'node:util';
import { startLoginServer } from '../login/server.ts';
import { playLogin, SEND } from './login.ts';
import { KILLS } from './kills.ts';
import { startStage } from './stage.ts';

const LOGINS = 20;
const { values } = parseArgs({ options: { page: { type: 'boolean' }, port: { type: 'string' } } });

console.log('Starting the stand-in of the API, a Restate server, and two processes that perform logins …');
const stage = await startStage();
if (values.page === true) {
  const { url } = await startLoginServer({ sessions: stage.sessions, port: Number(values.port ?? 3000) });
  let shown = 0;
  const watch = setInterval(() => {
    for (const one of [stage.restate, ...stage.services]) if (!one.isRunning()) void one.start();
    for (const { channel, to, code } of stage.api.sandbox.outbox.slice(shown))
      console.log(`${channel} to ${to}: ${code}`);
    shown = stage.api.sandbox.outbox.length;
  }, 100);
  console.log(
    `${url} logs in with the embedded sandbox; its messages come here. Kill what you like, it comes back:`,
  );
  for (const service of stage.services) console.log(`  a process that performs logins: ${service.pid()}`);
  console.log(`  the Restate server: ${stage.restate.pid()}, whose page is at ${stage.restate.adminUrl}/ui`);
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      clearInterval(watch);
      void stage.close().then(() => process.exit());
    });
} else await play().finally(() => stage.close());

async function play(): Promise<void> {
  const began = Date.now();
  await Promise.all(Array.from({ length: LOGINS }, () => playLogin(stage)));
  const bySender = new Map<string, number>();
  for (const { headers } of stage.api.sandbox.requests) {
    const sender = headers['x-sent-by'] ?? '?';
    bySender.set(sender, (bySender.get(sender) ?? 0) + 1);
  }
  const shares = [...bySender].map(([pid, count]) => `process ${pid} sent ${count}`).join(', ');
  console.log(`${LOGINS} logins at once in ${Date.now() - began} ms; of their requests, ${shares}.`);
  for (const [state, survive] of Object.entries(KILLS)) {
    for (const victim of ['service', 'server'] as const) {
      const { login, seen } = await survive(stage, victim);
      const keys = new Set(login.requests(SEND).map(({ headers }) => headers['idempotency-key']));
      console.log(
        `${victim} killed in ${state}: then ${seen.join(', ')}; ${login.codes()} code(s) sent for ${keys.size} submit(s); it ended in "${String(login.actor.getSnapshot().value)}".`,
      );
    }
  }
}
