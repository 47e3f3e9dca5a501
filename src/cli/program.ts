import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { collect } from './collect.ts';
import { reportError } from './render/report-error.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import type { DiagramOptions } from './commands/diagram.ts';
import type { GenerateOptions } from './commands/generate.ts';
import type { InspectOptions } from './commands/inspect.ts';
import type { RunOptions } from './commands/run.ts';
import type { TestOptions } from './commands/test.ts';
import type { SandboxCommandOptions } from './commands/sandbox.ts';
import type { ValidateOptions } from './commands/validate.ts';
import type { Terminal } from './terminal.ts';

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 2 ** 31 - 1) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return number;
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('It must be a port number.');
  return number;
}

function percentage(text: string): number {
  const number = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || number > 100)
    throw new InvalidArgumentError('It must be a number of percent, from 0 to 100.');
  return number;
}

/** The version of the package. */
function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

/** Runs the action of a command and keeps the exit code that it gives. */
type Keep = (run: () => Promise<ExitCode>) => Promise<void>;

function addRunOptions(command: Command): Command {
  return command
    .option('-i, --input <name=value>', 'an input; may be repeated, its schema decides the type', collect)
    .option('--input-file <file>', 'inputs as a JSON or YAML object')
    .option('--server <source=url>', "overrides a source description's server; may be repeated", collect)
    .option(
      '--auth <source.scheme=value>',
      'a credential; may be repeated. Better in the environment: ARAZZO_AUTH_<SOURCE>_<SCHEME>',
      collect,
    )
    .option('--no-auth', 'sends requests without credentials')
    .option('--source <name=path>', 'reads a source description from elsewhere; may be repeated', collect)
    .option('--allow-remote', 'lets http and https sources be read')
    .option('--sandbox', 'starts the embedded Stytch stand-in and uses it')
    .option('--no-interactive', 'never asks')
    .option('--save <file>', 'stops at the first wait and keeps the run there (exit code 3)')
    .option('--resume <file>', 'continues a kept run; the file is removed when the run is done or cancelled')
    .option('--max-steps <number>', 'ends a run that goes on for longer (1000)', wholeNumber)
    .option('--timeout <ms>', 'how long one attempt may take (30000)', wholeNumber)
    .option('--json', 'one JSON object on stdout, nothing else');
}

function addTestOptions(command: Command): Command {
  return command
    .option('--list', 'lists the paths and runs none')
    .addOption(
      new Option('--reporter <format>', 'how the result is written (text)').choices([
        'text',
        'junit',
        'json',
      ]),
    )
    .option('--write <file>', 'writes the paths as a vitest file to keep, and runs none')
    .option('--picture <file>', 'writes a Mermaid diagram of what was covered')
    .addOption(
      new Option(
        '--strategy <name>',
        'which paths: all simple ones, one for each edge, the shortest to each end, walks by chance (simple, or edges above the budget)',
      ).choices(['simple', 'edges', 'shortest', 'random']),
    )
    .option('--budget <number>', 'how many simple paths there may be (10000)', wholeNumber)
    .option('--seed <number>', 'of walks by chance: the same gives the same walks (1)', wholeNumber)
    .option('--count <number>', 'how many walks by chance (100)', wholeNumber)
    .option('--threshold <percent>', 'fails where fewer edges or criteria are covered', percentage)
    .option('--stubs', 'answers in the place of the API, without HTTP')
    .option('--restore', 'runs each path again, stored and restored in each state (those with something new)')
    .option('--no-restore', 'stores and restores no run')
    .option('--base-url <url>', 'runs against a real API the paths that one allows')
    .option('--server <source=url>', 'the same for one source description; may be repeated', collect)
    .option('-i, --input <name=value>', 'with a real API: a real value; may be repeated', collect)
    .option('--auth <source.scheme=value>', 'with a real API: a credential; may be repeated', collect)
    .option('--source <name=path>', 'reads a source description from elsewhere; may be repeated', collect)
    .option('--allow-remote', 'lets http and https sources be read');
}

function addCommands(program: Command, terminal: Terminal, keep: Keep): void {
  addRunOptions(program.command('run'))
    .description('run a workflow, asking for each input when it is needed')
    .argument('<document>', 'an Arazzo document')
    .argument('[workflowId]', 'the workflow; may be left out where there is one')
    .action(async (document: string, workflowId: string | undefined, options: RunOptions) => {
      const { runCommand } = await import('./commands/run.ts');
      await keep(() => runCommand(document, workflowId, options, terminal));
    });

  program
    .command('validate')
    .description('check documents: diagnostics with line, column and code')
    .argument('<documents...>', 'Arazzo documents')
    .option('--source <name=path>', 'reads a source description from elsewhere; may be repeated', collect)
    .option('--allow-remote', 'lets http and https sources be read')
    .option('--json', 'one JSON object a document')
    .action(async (documents: string[], options: ValidateOptions) => {
      const { validateCommand } = await import('./commands/validate.ts');
      await keep(() => validateCommand(documents, options, terminal));
    });

  program
    .command('generate')
    .description('write a typed TypeScript module of the machines of a document')
    .argument('<document>', 'an Arazzo document')
    .option('--out <file>', 'writes to a file instead of stdout')
    .option('--source <name=path>', 'reads a source description from elsewhere; may be repeated', collect)
    .option('--allow-remote', 'lets http and https sources be read')
    .action(async (document: string, options: GenerateOptions) => {
      const { generateCommand } = await import('./commands/generate.ts');
      await keep(() => generateCommand(document, options, terminal));
    });

  program
    .command('diagram')
    .description('draw the machine of a workflow')
    .argument('<document>', 'an Arazzo document')
    .argument('[workflowId]', 'the workflow; may be left out where there is one')
    .addOption(
      new Option(
        '--format <format>',
        'how it is written (mermaid); xstate is what Stately Studio imports',
      ).choices(['mermaid', 'svg', 'json', 'xstate']),
    )
    .addOption(
      new Option(
        '--detail <detail>',
        'every edge with its criteria, or an overview (mermaid: overview, svg: full)',
      ).choices(['overview', 'full']),
    )
    .option('--full', 'the same as --detail full')
    .option('--out <file>', 'writes to a file instead of stdout')
    .option('--source <name=path>', 'reads a source description from elsewhere; may be repeated', collect)
    .option('--allow-remote', 'lets http and https sources be read')
    .action(async (document: string, workflowId: string | undefined, options: DiagramOptions) => {
      const { diagramCommand } = await import('./commands/diagram.ts');
      await keep(() => diagramCommand(document, workflowId, options, terminal));
    });

  addTestOptions(program.command('test'))
    .description('run every path of the workflows against a scripted API, and compare each with the document')
    .argument('<document>', 'an Arazzo document')
    .argument('[workflowId]', 'the workflow; all of them where it is left out')
    .action(async (document: string, workflowId: string | undefined, options: TestOptions) => {
      const { testCommand } = await import('./commands/test.ts');
      await keep(() => testCommand(document, workflowId, options, terminal));
    });

  program
    .command('inspect')
    .description('watch and play a workflow in a page on this machine')
    .argument('<document>', 'an Arazzo document')
    .argument('[workflowId]', 'the workflow to begin with')
    .option('-i, --input <name=value>', 'an input; may be repeated, its schema decides the type', collect)
    .option('--input-file <file>', 'inputs as a JSON or YAML object')
    .option('--server <source=url>', "overrides a source description's server; may be repeated", collect)
    .option('--auth <source.scheme=value>', 'a credential; may be repeated', collect)
    .option('--no-auth', 'sends requests without credentials')
    .option('--source <name=path>', 'reads a source description from elsewhere; may be repeated', collect)
    .option('--allow-remote', 'lets http and https sources be read')
    .option('--sandbox', 'starts the embedded Stytch stand-in, uses it and shows what it delivers')
    .option('--max-steps <number>', 'ends a run that goes on for longer (1000)', wholeNumber)
    .option('--timeout <ms>', 'how long one attempt may take (30000)', wholeNumber)
    .option('--port <number>', 'the port on 127.0.0.1; 0, the default, takes a free one', port)
    .option(
      '--allow-origin <origin>',
      'lets pages from elsewhere show their machines; may be repeated',
      collect,
    )
    .action(async (document: string, workflowId: string | undefined, options: InspectOptions) => {
      const { inspectCommand } = await import('./commands/inspect.ts');
      await keep(() => inspectCommand(document, workflowId, options, terminal));
    });

  program
    .command('sandbox')
    .description('run the embedded Stytch stand-in as a server')
    .option('--port <number>', 'the port on 127.0.0.1; 0 takes a free one', port, 8088)
    .option('--json', 'writes what it delivers as JSON lines')
    .action(async (options: SandboxCommandOptions) => {
      const { sandboxCommand } = await import('./commands/sandbox.ts');
      await keep(() => sandboxCommand(options, terminal));
    });
}

/**
 * Runs the command line. Never throws and never ends the process: what goes wrong is told on the progress
 * stream, and the exit code says the rest.
 *
 * @param args The arguments without the names of the runtime and the script.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('arazzo-xstate');
  const keep: Keep = async (run) => {
    exitCode = await run();
  };
  // Before the commands are made: each takes these settings over.
  program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.result.write(text),
      writeErr: (text) => terminal.progress.write(text),
      getOutHasColors: () => terminal.resultStyle.styled,
      getErrHasColors: () => terminal.progressStyle.styled,
    })
    .showHelpAfterError('(add --help for the usage)')
    .description('Compiles Arazzo workflows into explicit XState v5 machines, and runs them.')
    .version(packageVersion());
  addCommands(program, terminal, keep);
  program.addHelpText(
    'after',
    '\nExit codes: 0 done or valid · 1 failed or cancelled · 2 bad document or usage · 3 an input is missing',
  );
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportError(error, terminal);
  }
}
