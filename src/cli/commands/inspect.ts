import { createActor } from 'xstate';
import type { JsonObject } from '../../document/json.ts';
import type { Inspector } from '../../inspector/create-inspector.ts';
import { compileMachine } from '../../machines/compile-machine.ts';
import { createFlow } from '../../plan/create-flow.ts';
import type { WorkflowPlan } from '../../plan/workflow-plan.ts';
import { provideServices } from '../../run/provide-services.ts';
import type { CredentialsProvider } from '../../services/service-options.ts';
import { CommandError } from '../command-error.ts';
import { createDeliveries, embeddedSetup } from '../embedded-sandbox.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readInputFile } from '../input-file.ts';
import { readInputs } from '../input-options.ts';
import { choosePlan, loadForUse } from '../read-plan.ts';
import { createCredentials } from '../run-credentials.ts';
import { readServers } from '../server-options.ts';
import { give, tell } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';
import type { RunSetup } from '../run-setup.ts';
import type { RunOptions } from './run.ts';

/** The options of `inspect`: those of `run` that say what is sent where, and those of the page. */
export interface InspectOptions extends Pick<
  RunOptions,
  'input' | 'inputFile' | 'server' | 'auth' | 'source' | 'allowRemote' | 'sandbox' | 'maxSteps' | 'timeout'
> {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Origins beside those of this machine, whose pages may show their machines. */
  readonly allowOrigin?: readonly string[];
}

const LOOK_EVERY_MS = 100;

/** Serves the live inspector of a document until it is interrupted. */
export async function inspectCommand(
  document: string,
  workflowId: string | undefined,
  options: InspectOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { loaded, diagnostics } = await loadForUse(document, options, terminal);
  const wanted = workflowId === undefined ? undefined : choosePlan(document, workflowId, loaded, diagnostics);
  if (loaded.plans.length === 0) throw new CommandError(`No workflow of "${document}" can be compiled.`);
  const plans = [
    ...(wanted === undefined ? [] : [wanted]),
    ...loaded.plans.filter((plan) => plan !== wanted),
  ];
  const given = await givenInputs(plans, wanted, options);
  for (const origin of options.allowOrigin ?? []) requireOrigin(origin);
  const embedded = options.sandbox === true ? await embeddedSetup(terminal) : undefined;
  try {
    return await serve(plans, given, options, embedded, loaded.document.info.title, terminal);
  } finally {
    await embedded?.close();
  }
}

/** @throws CommandError for what no page has as its origin, and would never match. */
function requireOrigin(text: string): void {
  if (URL.canParse(text) && new URL(text).origin === text) return;
  throw new CommandError(`"${text}" is no origin.`, {
    hint: 'An origin is a scheme, a host and a port where it has one: https://app.example:8443.',
  });
}

/** The inputs of the command line, which belong to one workflow. */
async function givenInputs(
  plans: readonly WorkflowPlan[],
  wanted: WorkflowPlan | undefined,
  options: InspectOptions,
): Promise<{ readonly workflowId: string; readonly values: JsonObject } | undefined> {
  const pairs = options.input ?? [];
  if (pairs.length === 0 && options.inputFile === undefined) return undefined;
  const plan = wanted ?? (plans.length === 1 ? plans[0] : undefined);
  if (plan === undefined) {
    throw new CommandError('There are several workflows: say which one the inputs are for.', {
      hint: `Its workflows: ${plans.map((one) => one.workflowId).join(', ')}.`,
    });
  }
  const file = options.inputFile === undefined ? undefined : await readInputFile(options.inputFile);
  const values = readInputs({ pairs, ...(file === undefined ? {} : { file }) }, plan);
  return { workflowId: plan.workflowId, values };
}

type Embedded = Awaited<ReturnType<typeof embeddedSetup>>;

async function serve(
  plans: readonly WorkflowPlan[],
  given: Awaited<ReturnType<typeof givenInputs>>,
  options: InspectOptions,
  embedded: Embedded | undefined,
  title: string,
  terminal: Terminal,
): Promise<ExitCode> {
  const { createInspector } = await import('../../inspector/create-inspector.ts');
  let running: { readonly stop: () => unknown } | undefined;
  const start = (workflowId: string): void => {
    const plan = plans.find((one) => one.workflowId === workflowId);
    if (plan === undefined) return;
    running?.stop();
    const inputs = given?.workflowId === workflowId ? given.values : {};
    running = startRun(plan, inputs, options, embedded?.setup ?? {}, inspector, terminal);
  };
  // What is wrong with the options is said now, and not when a run is started.
  for (const plan of plans) servicesOf(plan, options, embedded?.setup ?? {}, terminal, () => undefined);
  const inspector = await createInspector({
    port: options.port ?? 0,
    title,
    workflows: { plans, start },
    ...(options.allowOrigin === undefined ? {} : { allowOrigins: options.allowOrigin }),
    ...(embedded === undefined ? {} : { secrets: [embedded.running.sandbox.secret] }),
  }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CommandError(
      `The inspector cannot listen on port ${String(options.port)}: ${code === 'EADDRINUSE' ? 'it is in use' : `the system says ${code}`}.`,
      { hint: 'Give another one with --port, or 0 for any.', cause: error },
    );
  });
  const [first] = plans;
  // What begins by asking sends nothing by itself; anything else waits for the button.
  if (first !== undefined && startsByAsking(first)) start(first.workflowId);
  // Before anybody knows that it is there, and can interrupt it.
  const ended = interrupted(terminal);
  give(terminal, inspector.url);
  tell(terminal, terminal.progressStyle.dim('The page is for this machine only. ctrl+c ends it.'));
  const timer = embedded === undefined ? undefined : tellDeliveries(embedded, inspector, terminal);
  await ended;
  clearInterval(timer);
  running?.stop();
  await inspector.close();
  return EXIT.ok;
}

function startsByAsking(plan: WorkflowPlan): boolean {
  const { initial, states } = createFlow(plan);
  return states.some(({ kind, name }) => kind === 'wait' && name === initial);
}

/** Starts a run in which the inspector looks on. */
function startRun(
  plan: WorkflowPlan,
  inputs: JsonObject,
  options: InspectOptions,
  setup: RunSetup,
  inspector: Inspector,
  terminal: Terminal,
): { readonly stop: () => unknown } {
  const { maxSteps } = options;
  const machine = provideServices(
    compileMachine(plan, maxSteps === undefined ? {} : { maxSteps }),
    servicesOf(plan, options, setup, terminal, inspector.hide),
  );
  const actor = createActor(machine, {
    input: { inputs, runId: crypto.randomUUID() },
    inspect: inspector.inspect,
  });
  // The page shows it; without an observer the process would end.
  actor.subscribe({ error: () => undefined });
  actor.start();
  return actor;
}

function servicesOf(
  plan: WorkflowPlan,
  options: InspectOptions,
  setup: RunSetup,
  terminal: Terminal,
  hide: (secrets: readonly string[]) => void,
) {
  const { auth, server = [], timeout } = options;
  const credentials = createCredentials(plan, {
    auth: Array.isArray(auth) ? auth : [],
    env: terminal.env,
    ...(setup.basic === undefined ? {} : { basic: setup.basic }),
  });
  return {
    credentials: hiding(credentials, hide),
    noAuth: auth === false,
    servers: { ...setup.servers?.(plan), ...readServers(server, plan) },
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
  };
}

/** The same credentials, of which none is shown, even where an API sends it back. */
function hiding(
  credentials: CredentialsProvider,
  hide: (secrets: readonly string[]) => void,
): CredentialsProvider {
  return async (scheme, context) => {
    const credential = await credentials(scheme, context);
    if (credential === undefined) return undefined;
    const { username, password, token, value, clientId, clientSecret } = credential as Readonly<
      Record<string, string | undefined>
    >;
    const pairs = [
      [username, password],
      [clientId, clientSecret],
    ].flatMap(([name, secret]) =>
      name === undefined ? [] : [Buffer.from(`${name}:${secret ?? ''}`).toString('base64')],
    );
    hide([password, token, value, clientSecret, ...pairs].filter((secret) => secret !== undefined));
    return credential;
  };
}

function tellDeliveries(embedded: Embedded, inspector: Inspector, terminal: Terminal): NodeJS.Timeout {
  const deliver = createDeliveries(embedded.running.sandbox, (line, { channel, to, code, at }) => {
    tell(terminal, terminal.progressStyle.accent(line));
    inspector.delivered({ channel, to, code, at });
  });
  return setInterval(deliver, LOOK_EVERY_MS);
}

function interrupted({ signal }: Terminal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
