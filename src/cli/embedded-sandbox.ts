import { setMember } from '../document/json.ts';
import { operationsOf } from '../machines/actor-names.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { StytchSandbox } from '../sandbox/create-sandbox.ts';
import type { SandboxServer } from '../sandbox/server.ts';
import type { OutboxEntry } from '../sandbox/store.ts';
import type { RunSetup } from './run-setup.ts';
import { printableLine } from './render/printable.ts';
import { tell } from './terminal.ts';
import type { Terminal } from './terminal.ts';

function isStytchHost(url: string): boolean {
  // A server's URL may begin with a variable: `https://{environment}.stytch.com`.
  return /^https?:\/\/[^/]*\bstytch\.com(?:[:/]|$)/i.test(url);
}

/**
 * The sources whose operations the sandbox stands in for, with its URL: those with a server of Stytch, and all of
 * them where none has one.
 */
function sandboxServers(plan: WorkflowPlan, url: string): Readonly<Record<string, string>> {
  const operations = operationsOf(plan);
  const all = new Set(operations.map(({ source }) => source));
  const stytch = new Set(
    operations
      .filter(({ servers }) => servers.some(({ url: server }) => isStytchHost(server)))
      .map(({ source }) => source),
  );
  const servers: Record<string, string> = {};
  for (const source of stytch.size > 0 ? stytch : all) setMember(servers, source, url);
  return servers;
}

/** Tells each message that the sandbox has "delivered" since it was last called. */
export function createDeliveries(
  sandbox: StytchSandbox,
  tellLine: (line: string, entry: OutboxEntry) => void,
): () => void {
  let last: OutboxEntry | undefined;
  return () => {
    const { outbox } = sandbox;
    for (const entry of outbox.slice(last === undefined ? 0 : outbox.indexOf(last) + 1)) {
      tellLine(`✉ ${entry.channel} to ${printableLine(entry.to)}: your code is ${entry.code}`, entry);
    }
    last = outbox.at(-1);
  };
}

/** Starts the sandbox on a free port; what `run` needs to use it. */
export async function embeddedSetup(terminal: Terminal): Promise<{
  readonly running: SandboxServer;
  readonly setup: RunSetup;
  readonly close: () => Promise<void>;
}> {
  const { startSandbox } = await import('../sandbox/server.ts');
  const running = await startSandbox();
  const { sandbox, url, close } = running;
  const before = createDeliveries(sandbox, (line) => tell(terminal, terminal.progressStyle.accent(line)));
  const basic = { username: sandbox.projectId, password: sandbox.secret, onlyThese: true };
  return { running, close, setup: { servers: (plan) => sandboxServers(plan, url), basic, ask: { before } } };
}
