import { dirname, relative, resolve } from 'node:path';
import { isUsageError } from '../../machines/usage-error.ts';
import type { WorkflowPlan } from '../../plan/workflow-plan.ts';
import { coverageToMermaid } from '../../testing/coverage-picture.ts';
import { createWorkflowModel, type WorkflowModel } from '../../testing/create-workflow-model.ts';
import { belowThreshold } from '../../testing/describe-workflow.ts';
import { sourcesOf } from '../../testing/path-runner.ts';
import { isPathFailure } from '../../testing/path-failure.ts';
import type { RunPathOptions } from '../../testing/run-options.ts';
import { writeSuite } from '../../testing/write-suite.ts';
import type { PathOptions, WorkflowPaths } from '../../testing/workflow-model.ts';
import { CommandError } from '../command-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInputs } from '../input-options.ts';
import { InvalidDocument, loadForUse } from '../read-plan.ts';
import { printableLine } from '../render/printable.ts';
import { createCredentials } from '../run-credentials.ts';
import { readServers } from '../server-options.ts';
import { readSources } from '../source-options.ts';
import { give, tell, type Terminal } from '../terminal.ts';
import { jsonReport } from '../test-report/json-report.ts';
import { junitReport } from '../test-report/junit-report.ts';
import { failuresOf, type TestedPath, type TestedWorkflow } from '../test-report/tested-workflow.ts';
import { textReport } from '../test-report/text-report.ts';
import { writeOutput } from '../write-output.ts';

/** The options of `test`. */
export interface TestOptions {
  readonly list?: boolean;
  readonly reporter?: 'text' | 'junit' | 'json';
  /** Where the tests are written to. */
  readonly write?: string;
  /** Where the picture of the coverage is written to. */
  readonly picture?: string;
  readonly strategy?: NonNullable<PathOptions['strategy']>;
  readonly budget?: number;
  readonly seed?: number;
  readonly count?: number;
  /** In percent. */
  readonly threshold?: number;
  readonly stubs?: boolean;
  /** Whether each path, or none, runs a second time, stored and restored in each state. */
  readonly restore?: boolean;
  readonly baseUrl?: string;
  readonly server?: readonly string[];
  readonly input?: readonly string[];
  readonly auth?: readonly string[];
  readonly source?: readonly string[];
  readonly allowRemote?: boolean;
}

/** Of more paths than that, only how many were run is told; `--list` gives them. */
const MOST_SHOWN = 200;

/** Progress is told after so many paths. */
const PROGRESS_STEP = 250;

/** Runs every path of a document's workflows; without a real API it needs no network and no credentials. */
export async function testCommand(
  document: string,
  workflowId: string | undefined,
  options: TestOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { loaded, diagnostics } = await loadForUse(document, options, terminal);
  const ids = loaded.document.workflows.map((workflow) => workflow.workflowId);
  const wanted = workflowId === undefined ? ids : [workflowId];
  const lost = wanted.find((id) => ids.includes(id) && loaded.planFor(id) === undefined);
  if (lost !== undefined)
    throw new InvalidDocument(
      `The workflow "${lost}" cannot be tested: what it needs is missing or not supported.`,
      diagnostics,
    );
  const models = wanted.map((id) => {
    const model = inPlain(() => createWorkflowModel(loaded, { workflowId: id }));
    return { model, found: inPlain(() => model.paths(pathOptions(options))) };
  });
  for (const { found } of models)
    if (found.notice !== undefined) tell(terminal, terminal.progressStyle.warning(found.notice));
  if (options.write !== undefined) await write(options.write, document, options, models, terminal);
  if (options.list === true) {
    for (const { model, found } of models)
      for (const { description } of found.paths)
        give(
          terminal,
          models.length === 1
            ? printableLine(description, 2000)
            : printableLine(`${model.workflowId}: ${description}`, 2000),
        );
    return EXIT.ok;
  }
  if (options.write !== undefined) return EXIT.ok;
  const results: TestedWorkflow[] = [];
  for (const { model, found } of models) results.push(await testWorkflow(model, found, options, terminal));
  if (options.picture !== undefined)
    await writeOutput(
      results.map(({ coverage }) => coverageToMermaid(coverage)).join('\n'),
      options.picture,
      terminal,
    );
  give(terminal, reportOf(results, options, terminal).trimEnd());
  const isGood = results.every((result) => failuresOf(result).length === 0 && result.missed.length === 0);
  return isGood && !terminal.signal.aborted ? EXIT.ok : EXIT.failed;
}

function pathOptions({ strategy, budget, seed, count }: TestOptions): PathOptions {
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(budget === undefined ? {} : { budget }),
    ...(seed === undefined ? {} : { seed }),
    ...(count === undefined ? {} : { count }),
  };
}

/** What the library calls a mistake of its caller is one of the command's. */
function inPlain<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (isUsageError(error)) throw new CommandError(error.message, { cause: error });
    throw error;
  }
}

function reportOf(
  results: readonly TestedWorkflow[],
  { reporter }: TestOptions,
  { resultStyle }: Terminal,
): string {
  if (reporter === 'json') return jsonReport(results);
  return reporter === 'junit' ? junitReport(results) : textReport(results, resultStyle);
}

async function testWorkflow(
  model: WorkflowModel,
  { paths, strategy, notice }: WorkflowPaths,
  options: TestOptions,
  terminal: Terminal,
): Promise<TestedWorkflow> {
  const { plan, workflowId } = model;
  const run = runOptions(plan, options, terminal);
  const isReal = run.baseUrl !== undefined;
  const skipped = paths.flatMap((path) =>
    isReal && !path.onRealApi.possible ? [{ path, why: path.onRealApi.why }] : [],
  );
  const tested: TestedPath[] = [];
  try {
    for (const path of paths) {
      if (terminal.signal.aborted) break;
      if (isReal && !path.onRealApi.possible) continue;
      const started = performance.now();
      const failure: unknown = await path.run(run).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure !== undefined && !isPathFailure(failure)) throw failure;
      tested.push({
        path,
        seconds: (performance.now() - started) / 1000,
        isRestored: !isReal && (run.restore ?? path.isRestored),
        ...(failure === undefined ? {} : { failure }),
      });
      if (paths.length <= MOST_SHOWN)
        tell(
          terminal,
          failure === undefined
            ? terminal.progressStyle.dim(`✓ ${printableLine(path.description, 2000)}`)
            : terminal.progressStyle.bad(`✗ ${printableLine(path.description, 2000)}`),
        );
      else if (tested.length % PROGRESS_STEP === 0)
        tell(
          terminal,
          terminal.progressStyle.dim(
            `${printableLine(workflowId)}: ${tested.length} of ${paths.length} paths`,
          ),
        );
    }
  } finally {
    await model.close();
  }
  const coverage = model.coverage();
  const missed = options.threshold === undefined ? [] : belowThreshold(coverage, options.threshold / 100);
  return {
    workflowId,
    strategy,
    ...(notice === undefined ? {} : { notice }),
    tested,
    skipped,
    gaps: model.gaps().filter(({ reason }) => reason === 'needsExample'),
    coverage,
    missed,
  };
}

/** Where the paths are run. */
function runOptions(plan: WorkflowPlan, options: TestOptions, terminal: Terminal): RunPathOptions {
  const { baseUrl, server = [], input = [], auth = [] } = options;
  if (baseUrl === undefined && server.length === 0) {
    if (input.length > 0 || auth.length > 0)
      throw new CommandError(
        'Inputs (-i) and credentials (--auth) are for a real API: give --base-url or --server, too.',
      );
    const { restore } = options;
    return {
      over: options.stubs === true ? 'stubs' : 'http',
      ...(restore === undefined ? {} : { restore }),
    };
  }
  if (options.restore === true)
    throw new CommandError('Runs against a real API cannot be stored and restored: leave --restore out.');
  if (baseUrl !== undefined && !(/^https?:\/\//.test(baseUrl) && URL.canParse(baseUrl)))
    throw new CommandError('The --base-url must be an http or https URL.');
  const all =
    baseUrl === undefined ? {} : Object.fromEntries(sourcesOf(plan).map((source) => [source, baseUrl]));
  return {
    baseUrl: { ...all, ...readServers(server, plan) },
    credentials: createCredentials(plan, { auth, env: terminal.env }),
    values: readInputs({ pairs: input }, plan),
  };
}

async function write(
  file: string,
  document: string,
  { source = [], allowRemote = false }: TestOptions,
  models: readonly { readonly model: WorkflowModel; readonly found: WorkflowPaths }[],
  terminal: Terminal,
): Promise<void> {
  const target = resolve(terminal.directory, file);
  const urlOf = (path: string): string =>
    /^[A-Za-z][A-Za-z0-9+.-]+:/.test(path)
      ? path
      : relativeUrl(dirname(target), resolve(terminal.directory, path));
  const sources = Object.fromEntries(
    Object.entries(readSources(source)).map(([name, path]) => [name, urlOf(path)]),
  );
  const workflows = models.map(({ model, found }) => ({ workflowId: model.workflowId, paths: found.paths }));
  const suite = { document: urlOf(document), sources, allowRemote, workflows, packageName: 'arazzo-xstate' };
  await writeOutput(writeSuite(suite), target, terminal);
  const count = workflows.reduce((sum, { paths }) => sum + paths.length, 0);
  tell(terminal, `${count} tests are written to ${file}. Run them with: npx vitest run ${file}`);
}

/** A file as a URL that is relative to a directory. */
function relativeUrl(from: string, file: string): string {
  const path = relative(from, file).replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('../') ? path : `./${path}`;
}
