import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { didYouMean } from '../document/did-you-mean.ts';
import type { JsonObject } from '../document/json.ts';
import { operationsOf } from '../machines/actor-names.ts';
import { runCommand } from './commands/run.ts';
import type { RunSetup } from './run-setup.ts';
import { CommandError } from './command-error.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { embeddedSetup } from './embedded-sandbox.ts';
import { collect } from './collect.ts';
import { reportError } from './render/report-error.ts';
import { tell } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const WORKFLOWS = new URL('../../workflows/', import.meta.url);
const SUFFIX = '.arazzo.yaml';
const LIVE_SERVER = 'https://test.stytch.com';

interface DemoOptions {
  readonly live?: boolean;
  readonly json?: boolean;
  readonly interactive?: boolean;
  readonly input?: readonly string[];
}

/** The ready-made logins, by the names of their documents. */
function readyMade(): readonly string[] {
  return readdirSync(WORKFLOWS)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length))
    .toSorted();
}

function documentOf(name: string): string {
  const url = new URL(`${name}${SUFFIX}`, WORKFLOWS);
  const known = readyMade();
  if (known.includes(name) && existsSync(url)) return fileURLToPath(url);
  const suggestion = didYouMean(name, known);
  throw new CommandError(
    `There is no ready-made login "${name}".${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`}`,
    { hint: `There are: ${known.join(', ')}.` },
  );
}

function liveSetup(terminal: Terminal): RunSetup {
  const { STYTCH_PROJECT_ID: username = '', STYTCH_SECRET: password = '' } = terminal.env;
  if (username === '' || password === '') {
    throw new CommandError('--live needs STYTCH_PROJECT_ID and STYTCH_SECRET in the environment.', {
      hint: 'They are those of a project in the Stytch dashboard (test environment).',
    });
  }
  return {
    servers: (plan) => Object.fromEntries(operationsOf(plan).map(({ source }) => [source, LIVE_SERVER])),
    basic: { username, password, onlyThese: true },
  };
}

async function runLogin(name: string, options: DemoOptions, terminal: Terminal): Promise<ExitCode> {
  const document = documentOf(name);
  const { live, json, interactive, input } = options;
  const runOptions = {
    ...(json === undefined ? {} : { json }),
    ...(interactive === undefined ? {} : { interactive }),
    ...(input === undefined ? {} : { input }),
  };
  if (live === true) return runCommand(document, name, runOptions, terminal, liveSetup(terminal));
  const { close, running, setup } = await embeddedSetup(terminal);
  try {
    const { createDemoAnswer, demoInputs, DEMO_VALUES } = await import('./demo-answers.ts');
    const inputs: JsonObject = demoInputs(name, running.sandbox);
    return await runCommand(document, name, runOptions, terminal, {
      ...setup,
      inputs,
      answer: createDemoAnswer(running.sandbox, (line) => tell(terminal, line)),
      ask: { ...setup.ask, suggestion: (input_) => DEMO_VALUES[input_], maxOptional: 0 },
    });
  } finally {
    await close();
  }
}

/** Runs one of the ready-made logins against the embedded sandbox, or against Stytch's test environment. */
export async function runDemo(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('npm start --')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.result.write(text),
      writeErr: (text) => terminal.progress.write(text),
    })
    .description('Logs in with a one-time passcode, against the embedded Stytch sandbox.')
    .argument('[login]', `one of ${readyMade().join(', ')}`, 'sms-otp-login')
    .option('-i, --input <name=value>', 'an input; may be repeated', collect)
    .option('--live', `uses ${LIVE_SERVER}, with STYTCH_PROJECT_ID and STYTCH_SECRET of the environment`)
    .option('--no-interactive', 'never asks')
    .option('--json', 'one JSON object on stdout, nothing else')
    .action(async (login: string, options: DemoOptions) => {
      exitCode = await runLogin(login, options, terminal);
    });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportError(error, terminal);
  }
}
