// npm run chaos [-- --logins 300 --at-once 300 --kills 20 --servers 2 --faults 0.25 --seed 7]
// Many logins at once, through servers on one store that are killed again and again, with an API that fails. Prints figures, and
// exits with 1 where a login was lost, has no or two outcomes, or got a code that it did not ask for.
import { parseArgs } from 'node:util';
import type { RunView } from '../../src/server/run-view.ts';
import { createLoginClient } from '../server/login-client.ts';
import { startLoginServer, type LoginServer } from '../server/login-server.ts';
import { startBadApi } from './bad-api.ts';

const { values } = parseArgs({
  options: {
    logins: { type: 'string', default: '300' },
    'at-once': { type: 'string', default: '300' },
    kills: { type: 'string', default: '20' },
    servers: { type: 'string', default: '2' },
    faults: { type: 'string', default: '0.25' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const logins = Number(values.logins);
const kills = Number(values.kills);

/** Numbers from 0 to 1 that the seed decides (mulberry32); what the processes make of them, time decides too. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = seededRandom(Number(values.seed));
const api = await startBadApi(random, Number(values.faults));
const { projectId: username, secret: password } = api.sandbox;
const access = { apiUrl: api.url, username, password };
const server = await startLoginServer(access);
const servers = [server];
while (servers.length < Number(values.servers)) servers.push(await startLoginServer(access, server));
const anyServer = (): LoginServer => servers[Math.floor(random() * servers.length)] ?? server;

interface Outcome {
  readonly view: RunView;
  /** How often the person gave something that makes a code be sent at most once. */
  readonly submits: number;
  readonly doubled: number;
}

/** One person who logs in, makes mistakes, presses twice, and gives up at some time. */
async function logIn(index: number): Promise<Outcome> {
  const number = `+1500${String(5_550_000 + index).padStart(7, '0')}`;
  const client = createLoginClient(() => anyServer().url, 1);
  let submits = 0;
  let doubled = 0;
  const submit = async (given: Record<string, string>): Promise<void> => {
    const times = random() < 0.2 ? 2 : 1;
    submits += 1;
    doubled += times - 1;
    await client.send({ type: 'submit', values: given }, times);
  };
  if (random() < 0.5) {
    submits += 1;
    await client.start({ phone_number: number });
  } else await client.start();
  for (let turns = 0; ; turns += 1) {
    const view = await client.until(({ tags }) => !tags.includes('busy'));
    if (view.status !== 'active') return { view: await client.read(), submits, doubled };
    if (turns >= 12) await client.send({ type: 'cancel' });
    else if (view.state === 'awaitingPhoneNumber') await submit({ phone_number: number });
    else if (view.failure?.kind === 'request') await client.send({ type: 'revise', input: 'phone_number' });
    else await submit({ code: random() < 0.1 ? '999999' : (api.sandbox.lastCodeFor(number) ?? '999999') });
  }
}

const started = Date.now();
const outcomes: Outcome[] = [];
const failures: string[] = [];
let next = 0;
const over = new AbortController();
let killed = 0;

async function person(): Promise<void> {
  while (next < logins) {
    const index = next;
    next += 1;
    try {
      outcomes.push(await logIn(index));
    } catch (error) {
      failures.push(`login ${index}: ${String(error)}`);
    }
  }
}

async function killer(): Promise<void> {
  while (!over.signal.aborted && killed < kills) {
    await new Promise((resolve) => void setTimeout(resolve, 150 + random() * 1500));
    if (over.signal.aborted) return;
    await anyServer().restart();
    killed += 1;
  }
}

const killing = killer();
await Promise.all(Array.from({ length: Number(values['at-once']) }, person));
over.abort();
await killing;
const seconds = (Date.now() - started) / 1000;

/** The runs that the server leaves, with how each of them ended. */
async function storedOutcomes(): Promise<ReadonlyMap<string, string>> {
  await Promise.all(servers.map((one) => one.kill()));
  const store = server.openStore();
  const found = new Map<string, string>();
  for (let after = ''; ;) {
    const page = await store.list({ after });
    for (const { id, isEnded, data } of page) {
      const { position } = JSON.parse(data) as { position: { output?: { status: string } } };
      found.set(id, isEnded ? (position.output?.status ?? 'none') : 'active');
    }
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  await store.close();
  return found;
}
const stored = await storedOutcomes();

function countBy<Item>(items: readonly Item[], name: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).toSorted(([, a], [, b]) => b - a));
}

const sends = api.requests.filter(({ operationId }) => operationId === 'otps/sms/login_or_create');
const checks = api.requests.filter(({ operationId }) => operationId === 'otps/authenticate');
const runOf = ({ key }: { readonly key: string }): string => key.split('/')[0] ?? '';
const codes = countBy(
  sends.filter(({ isPerformed }) => isPerformed),
  runOf,
);
const runs = new Map(outcomes.map((outcome) => [outcome.view.id, outcome]));

const problems = [
  ...failures,
  ...(outcomes.length === logins ? [] : [`${logins - outcomes.length} logins have no outcome.`]),
  ...(runs.size === outcomes.length ? [] : [`Of ${outcomes.length} logins there are ${runs.size} runs.`]),
  ...[...new Set(api.requests.map(runOf))]
    .filter((id) => !runs.has(id))
    .map((id) => `${id} is nobody's run.`),
  ...(stored.size === logins ? [] : [`The store has ${stored.size} runs of ${logins} logins.`]),
  ...outcomes.flatMap(({ view: { id, status } }) =>
    stored.get(id) === status
      ? []
      : [`${id} was shown as ${status} and is stored as ${stored.get(id) ?? 'nothing'}.`],
  ),
  ...outcomes.filter(({ view }) => view.status === 'active').map(({ view }) => `${view.id} is not over.`),
  ...Object.entries(countBy(sends, ({ key }) => key)).flatMap(([key, times]) =>
    times === 1 ? [] : [`The code of ${key} was sent ${times} times.`],
  ),
  ...Object.entries(codes).flatMap(([id, count]) => {
    const { submits = 0 } = runs.get(id) ?? {};
    return count <= submits ? [] : [`${id} got ${count} codes for ${submits} submits.`];
  }),
  ...outcomes.flatMap(({ view }) =>
    view.status !== 'done' || checks.some((one) => one.isPerformed && runOf(one) === view.id)
      ? []
      : [`${view.id} is done without a session.`],
  ),
];

console.log(
  `seed ${values.seed}: ${logins} logins, ${values['at-once']} at once, in ${seconds.toFixed(1)} s`,
);
console.table({
  servers: servers.length,
  'servers killed': killed,
  'requests to the API': api.requests.length,
  'of them sent again under their key': checks.length - new Set(checks.map(({ key }) => key)).size,
  'events sent twice': outcomes.reduce((sum, { doubled }) => sum + doubled, 0),
  submits: outcomes.reduce((sum, { submits }) => sum + submits, 0),
  'codes sent': Object.values(codes).reduce((sum, count) => sum + count, 0),
  'logins lost, or with two outcomes': problems.length,
});
console.log(
  'faults of the API',
  countBy(
    api.requests.filter(({ fault }) => fault !== undefined),
    ({ fault }) => String(fault),
  ),
);
console.log(
  'outcomes',
  countBy(outcomes, ({ view: { status, failure } }) =>
    [status, ...(status === 'failed' ? [failure?.reason ?? failure?.errorType ?? failure?.kind] : [])].join(
      ' ',
    ),
  ),
);
for (const problem of problems.slice(0, 20)) console.error(problem);
await server.remove();
await api.close();
process.exitCode = problems.length === 0 ? 0 : 1;
