import type { JsonObject, JsonValue } from '../../document/json.ts';
import { isUsageError } from '../../machines/usage-error.ts';
import type { RunResult } from '../../run/run-workflow.ts';
import type { ServiceOptions } from '../../services/service-options.ts';
import { createAsk } from '../ask.ts';
import { inputsToBegin, tellPlan } from '../begin-run.ts';
import { createCallbacks } from '../callbacks.ts';
import type { Callbacks } from '../callbacks.ts';
import { CommandError } from '../command-error.ts';
import { embeddedSetup } from '../embedded-sandbox.ts';
import { endKeptRun } from '../end-kept-run.ts';
import type { ExitCode } from '../exit-codes.ts';
import { readInputFile } from '../input-file.ts';
import { readInputs } from '../input-options.ts';
import { callbackInputs, keptAnswer } from '../kept-wait.ts';
import { performRun } from '../perform-run.ts';
import { InvalidDocument, readPlan } from '../read-plan.ts';
import { diagnosticJson } from '../render/diagnostics.ts';
import { printableLine } from '../render/printable.ts';
import { exitCodeOf, giveResult, invalidJson } from '../render/result.ts';
import { createCredentials, requireCredentials } from '../run-credentials.ts';
import type { RunSetup } from '../run-setup.ts';
import { readSaved, requireSavable, writeSaved } from '../saved-run.ts';
import { readServers } from '../server-options.ts';
import { give, tell } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';

/** The options of `run`, as commander gives them. */
export interface RunOptions {
  readonly input?: readonly string[];
  readonly inputFile?: string;
  readonly server?: readonly string[];
  /** `false` for `--no-auth`. */
  readonly auth?: readonly string[] | boolean;
  readonly source?: readonly string[];
  readonly allowRemote?: boolean;
  readonly sandbox?: boolean;
  /** `false` for `--no-interactive`. */
  readonly interactive?: boolean;
  readonly save?: string;
  readonly resume?: string;
  readonly maxSteps?: number;
  readonly timeout?: number;
  readonly json?: boolean;
}

function tellHowToGo(
  result: RunResult,
  document: string,
  kept: string | undefined,
  terminal: Terminal,
): void {
  if (result.status !== 'waiting') return;
  const inputs = result.missing.map((name) => `-i ${printableLine(name)}=…`).join(' ');
  const style = terminal.progressStyle;
  if (kept !== undefined) {
    tell(
      terminal,
      style.dim(`The run is kept. Go on with: arazzo-xstate run ${document} --resume ${kept} ${inputs}`),
    );
  } else if (result.steps.length === 0) {
    tell(terminal, style.dim(`Give them with ${inputs}, or stop at each wait with --save <file>.`));
  } else {
    tell(terminal, style.dim('Nobody can be asked, and the run is not kept (--save <file> keeps it).'));
  }
}

async function run(
  document: string,
  workflowId: string | undefined,
  options: RunOptions,
  setup: RunSetup,
  callbacks: Callbacks,
  terminal: Terminal,
): Promise<ExitCode> {
  const asking = terminal.interactive && options.interactive !== false && options.save === undefined;
  const saved = options.resume === undefined ? undefined : await readSaved(options.resume);
  if (saved !== undefined && workflowId !== undefined && workflowId !== saved.workflowId) {
    throw new CommandError(`The kept run is one of "${saved.workflowId}", not of "${workflowId}".`);
  }
  const wanted = workflowId ?? saved?.workflowId;
  const plan = await readPlan(document, wanted, { ...options, ask: asking, toRun: true }, terminal);
  const given = {
    pairs: options.input ?? [],
    ...(options.inputFile === undefined ? {} : { file: await readInputFile(options.inputFile) }),
  };
  // A kept run that waits for an answer is given the members of the answer, and no inputs.
  const waited = saved === undefined ? undefined : await keptAnswer(plan, saved.snapshot, options.maxSteps);
  const values = { ...setup.inputs, ...readInputs(given, waited ?? plan) };
  const explicit = { ...saved?.servers, ...readServers(options.server ?? [], plan) };
  const keepIn = options.save ?? (asking ? undefined : options.resume);
  if (options.save !== undefined) await requireSavable(options.save);
  const json = options.json === true;

  let inputs: JsonObject = values;
  if (saved === undefined) {
    // Whoever stays, or comes back to the run, can take the browser back.
    if (asking || keepIn !== undefined)
      inputs = { ...(await callbackInputs(plan, values, callbacks)), ...values };
    tellPlan(plan, inputs, asking, terminal);
    const untilWait = keepIn !== undefined || setup.answer !== undefined;
    const begin = await inputsToBegin(plan, inputs, { asking, untilWait }, terminal);
    if ('result' in begin) {
      giveResult(begin.result, json, terminal);
      tellHowToGo(begin.result, document, undefined, terminal);
      return exitCodeOf(begin.result.status);
    }
    inputs = begin.inputs;
  } else {
    tell(terminal, terminal.progressStyle.dim(`Going on with ${printableLine(plan.workflowId)}.`));
  }

  const noAuth = options.auth === false;
  const servers = { ...setup.servers?.(plan), ...explicit };
  const credentials = createCredentials(plan, {
    auth: Array.isArray(options.auth) ? options.auth : [],
    env: terminal.env,
    ...(setup.basic === undefined ? {} : { basic: setup.basic }),
  });
  if (!noAuth) await requireCredentials(plan, credentials);
  const services: ServiceOptions = {
    credentials,
    noAuth,
    servers,
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
  };
  const schemaOf = (name: string): JsonValue | undefined =>
    plan.inputs.find((input) => input.name === name)?.schema;
  const ask = asking ? createAsk(terminal, { schemaOf, callbacks, ...setup.ask }) : setup.answer;
  const result = await performRun(
    {
      plan,
      inputs,
      services,
      ...(ask === undefined ? {} : { ask }),
      ...(saved === undefined ? {} : { snapshot: saved.snapshot }),
      ...(options.maxSteps === undefined ? {} : { maxSteps: options.maxSteps }),
    },
    terminal,
  ).catch((error: unknown) => {
    // The library speaks of its functions; here it is a file.
    if (options.resume === undefined || !isUsageError(error) || !error.code.startsWith('snapshot-'))
      throw error;
    const reason =
      error.code === 'snapshot-of-other-plan'
        ? 'is a run of another version of the document'
        : 'does not hold the state of a run';
    throw new CommandError(`"${options.resume}" ${reason}, so it cannot be continued.`, { cause: error });
  });
  let kept: string | undefined;
  if (result.status === 'waiting' && keepIn !== undefined && result.snapshot !== undefined) {
    await writeSaved(keepIn, { workflowId: plan.workflowId, servers: explicit, snapshot: result.snapshot });
    kept = keepIn;
  }
  giveResult(result, json, terminal);
  tellHowToGo(result, document, kept, terminal);
  if (options.resume !== undefined) await endKeptRun(result, document, options.resume, terminal);
  if (kept !== undefined && options.sandbox === true) {
    const advice =
      'This sandbox ends now and forgets its codes: use "arazzo-xstate sandbox" and --server instead.';
    tell(terminal, terminal.progressStyle.warning(advice));
  }
  return exitCodeOf(result.status);
}

/** Runs a workflow. With `--json` one object is written whatever happens, also when there is no run. */
export async function runCommand(
  document: string,
  workflowId: string | undefined,
  options: RunOptions,
  terminal: Terminal,
  setup: RunSetup = {},
): Promise<ExitCode> {
  const embedded = options.sandbox === true ? await embeddedSetup(terminal) : undefined;
  const callbacks = createCallbacks();
  try {
    return await run(document, workflowId, options, embedded?.setup ?? setup, callbacks, terminal);
  } catch (error) {
    if (options.json === true && (error instanceof CommandError || isUsageError(error))) {
      const diagnostics =
        error instanceof InvalidDocument ? error.diagnostics.map((each) => diagnosticJson(each)) : [];
      give(terminal, JSON.stringify(invalidJson(workflowId, error.message, diagnostics)));
    }
    throw error;
  } finally {
    await callbacks.close();
    await embedded?.close();
  }
}
