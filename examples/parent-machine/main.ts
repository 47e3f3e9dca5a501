// A shop at the terminal, whose machine has a login as its child:
//   npm run build && node examples/parent-machine/main.ts
// The messages of the login come from the embedded sandbox, to this terminal. Ctrl+D leaves the login.
import { randomInt } from 'node:crypto';
import { stderr, stdin } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { createActor, waitFor, type ActorRefFrom } from 'xstate';
import { describeWait, provideServices } from 'arazzo-xstate';
import { startSandbox } from 'arazzo-xstate/sandbox';
import { smsOtpLogin } from 'arazzo-xstate/stytch';
import { shop } from './shop.ts';

const { sandbox, url, close } = await startSandbox({
  generateCode: (destination) => {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    console.error(`  an SMS to ${destination}: ${code}`);
    return code;
  },
});
const login = provideServices(smsOtpLogin, {
  credentials: () => ({ username: sandbox.projectId, password: sandbox.secret }),
  servers: { stytchConsumerApi: url },
});

const actor = createActor(shop.provide({ actors: { login } }));
let shown = '';
actor.subscribe(({ value }) => {
  if (value !== shown) console.error(`→ ${value}`);
  shown = value;
});
actor.start();
actor.send({ type: 'checkOut' });

const terminal = createInterface({ input: stdin, output: stderr });
// What comes before it is asked for is kept: a pipe does not wait.
const lines = terminal[Symbol.asyncIterator]();
const child = actor.getSnapshot().children.login as ActorRefFrom<typeof smsOtpLogin>;

// Whoever asks looks at the child; what is answered goes to the shop.
for (;;) {
  const snapshot = await waitFor(child, ({ tags, status }) => tags.has('waiting') || status !== 'active', {
    timeout: Number.POSITIVE_INFINITY,
  });
  const wait = describeWait(snapshot);
  if (wait === undefined) break;
  const values: Record<string, string> = {};
  const problem = wait.failure?.reason;
  if (problem !== undefined) console.error(`  ${problem}`);
  for (const { name, rejection } of wait.inputs.filter(({ required }) => required)) {
    if (rejection !== undefined) console.error(`  ${rejection.message}`);
    stderr.write(`${name}: `);
    const line = await lines.next();
    if (line.done !== true) values[name] = line.value;
  }
  actor.send(Object.keys(values).length === 0 ? { type: 'leave' } : { type: 'answer', values });
}
terminal.close();
const { value, context } = actor.getSnapshot();
console.log(value === 'paying' ? `${context.userId} pays.` : `Nobody is logged in: ${context.refusal}.`);
process.exitCode = value === 'paying' ? 0 : 1;
await close();
