import { memberOf, setMember, type JsonObject, type JsonValue } from '../document/json.ts';
import { didYouMean } from '../document/did-you-mean.ts';
import type { AnyStateMachine } from 'xstate';
import { operationsOf } from '../machines/actor-names.ts';
import { compileMachine } from '../machines/compile-machine.ts';
import { runtimeOf } from '../machines/registry.ts';
import type { CompileOptions } from '../machines/runtime.ts';
import { UsageError } from '../machines/usage-error.ts';
import { serverUrl } from '../openapi/server-url.ts';
import type { WorkflowPlan } from '../plan/workflow-plan.ts';
import type { LoadedDocument } from '../run/load-document.ts';
import { createAnswerAlphabet, type AnswerGap } from './answer-alphabet.ts';
import type { GivenExample } from './answers/answer.ts';
import type { Trial } from './alphabet.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { documentSources } from './document-sources.ts';
import { allValues, createInputValues, type GivenValues } from './input-values.ts';
import type { Happening } from './situation.ts';
import type { MachineOptions } from './path-runner.ts';
import { createModelCore, type PathOptions, type WorkflowPaths } from './workflow-model.ts';
import type { WorkflowPath } from './workflow-path.ts';

/** What a model is made with, beside its document. */
export interface ModelOptions {
  /** The workflow; the only one where it is left out. */
  readonly workflowId?: string;
  /**
   * Responses by stepId, tried before any is constructed: for criteria that no response can be constructed for. Of a step
   * that asks a person or receives a message `body` is the answer or the payload, and the status means nothing.
   */
  readonly answers?: Readonly<Record<string, readonly GivenExample[]>>;
  /** A good and a bad value by the name of an input, where none can be made of its schema. */
  readonly values?: Readonly<Record<string, GivenValues>>;
  /** By source description name, the server's URL instead of the description's. */
  readonly servers?: Readonly<Record<string, string>>;
  /** `false`: to the letter of Arazzo 1.0, all inputs are there at the start. Default `true`. */
  readonly deferredInputs?: boolean;
  /**
   * Each retry is tried at most this often, in the machine too, so that there are not too many paths; default 2. For a
   * page or another program, whose retries nobody cuts: the largest `retryLimit` of the document.
   */
  readonly maxRetries?: number;
  /**
   * Whether something may happen in a state, given by its dotted path; default: everything that can. For a page that does not let
   * a person do all that the machine takes: what it has no way to is not searched for, so that the paths are all those
   * that lead through it, and coverage says what it leaves out.
   */
  readonly allows?: (tried: TriedHappening, state: string) => boolean;
  /** Edges that nothing can take, by a part of their text, with the reason; they do not count in coverage. */
  readonly unreachable?: Readonly<Record<string, string>>;
  /**
   * Compiles the plan; default `compileMachine`. For a machine whose guards or actions were replaced: give it the
   * options, which hold its clock and its limits.
   */
  readonly compile?: (plan: WorkflowPlan, options: CompileOptions) => { readonly config: object };
}

/** Something that the search may try. */
export interface TriedHappening {
  readonly happening: Happening;
  /** The values that it submits are wrong on purpose. */
  readonly isWrong?: true;
  /** It comes before its time: a `repeat` while its cooldown runs. */
  readonly isEarly?: true;
}

/** A happening as it is told; `isEarly`: a `repeat` while its cooldown runs. */
export type ToldHappening = Happening & { readonly isEarly?: true };

/** Every path of a workflow, and what came of running them. */
export interface WorkflowModel {
  readonly workflowId: string;
  readonly plan: WorkflowPlan;
  /** Searches for paths. The same options give the same paths. @throws UsageError when there are more than the budget */
  paths(options?: PathOptions): WorkflowPaths;
  /**
   * The path that certain happenings take; where it does not come to an end, it is gone on with.
   *
   * @param inputs - those that are there from the start
   * @param maxSteps - how many steps the run may begin; it is failed by one more
   */
  path(happenings: readonly ToldHappening[], inputs?: JsonObject, maxSteps?: number): WorkflowPath;
  /** The outcomes of criteria that no response could be constructed for, and why: they need an example. */
  gaps(): readonly AnswerGap[];
  /** What the runs of this model's paths have covered so far, in this process. */
  coverage(): Coverage;
  /** Stops the scripted server, where one was started. A process ends without it, too. */
  close(): Promise<void>;
}

/**
 * Makes a model of a workflow: its paths, each of which can be run. What happens in them is made of the document: good
 * and bad values for inputs, the API's responses constructed from criteria, schemas and examples, lost connections,
 * timeouts. What *should* come of it is told by a reference interpreter that reads the document by itself.
 *
 * @param document - a document of `loadDocument`, with its sources
 * @throws UsageError where it has no such workflow, or several and none is named
 */
export function createWorkflowModel(document: LoadedDocument, options: ModelOptions = {}): WorkflowModel {
  const plan = planFor(document, options.workflowId);
  const { deferredInputs, maxRetries = 2 } = options;
  const settings = { maxRetries, ...(deferredInputs === undefined ? {} : { deferredInputs }) };
  const compile = (own: MachineOptions): AnyStateMachine =>
    (options.compile ?? compileMachine)(plan, { ...settings, ...own }) as unknown as AnyStateMachine;
  const values = createInputValues(options.values ?? {});
  const runtime = runtimeOf(compile({ now: () => 0 }));
  const alphabet = createAnswerAlphabet(document, values, options.answers ?? {});
  const core = createModelCore({
    plan,
    reading: documentSources(document),
    alphabet,
    goodInputs: allValues(runtime, (input) => values.good(runtime, input)),
    badInputs: allValues(runtime, (input) => values.bad(runtime, input)),
    compile,
    settings,
    servers: serversFor(plan, options.servers ?? {}),
    ...(options.allows === undefined ? {} : { allows: options.allows }),
  });
  return {
    workflowId: plan.workflowId,
    plan,
    paths: (pathOptions) => core.paths(pathOptions),
    path: (happenings, inputs, maxSteps) => core.along(happenings.map(trialOf), inputs, maxSteps),
    gaps: alphabet.gaps,
    coverage: () => coverageOf(core, alphabet.gaps(), options.unreachable ?? {}),
    close: () => core.runner.close(),
  };
}

function trialOf({ isEarly, ...happening }: ToldHappening): Trial {
  return { happening: happening, ...(isEarly === undefined ? {} : { isEarly }) };
}

function planFor(document: LoadedDocument, workflowId: string | undefined): WorkflowPlan {
  const ids = document.document.workflows.map((workflow) => workflow.workflowId);
  const names = `Its workflows: ${ids.join(', ')}.`;
  if (workflowId === undefined && ids.length !== 1)
    throw new UsageError(
      'unknown-workflow',
      `The document has ${ids.length} workflows: say which one. ${names}`,
    );
  const plan = document.planFor(workflowId);
  if (plan !== undefined) return plan;
  const suggestion = workflowId === undefined ? undefined : didYouMean(workflowId, ids);
  const hint = suggestion === undefined ? names : `Did you mean "${suggestion}"?`;
  throw new UsageError(
    'unknown-workflow',
    workflowId === undefined || ids.includes(workflowId)
      ? `The workflow "${workflowId ?? ids[0] ?? ''}" cannot be linked: see the diagnostics of its document.`
      : `The document has no workflow "${workflowId}". ${hint}`,
  );
}

/** The servers that are given, and one for each description that names none that requests can be sent to. */
function serversFor(
  plan: WorkflowPlan,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const made: Record<string, JsonValue> = {};
  for (const operation of operationsOf(plan)) {
    if (memberOf(given, operation.source) !== undefined) continue;
    if ('problem' in serverUrl(operation, {}))
      setMember(
        made,
        operation.source,
        `http://${operation.source.toLowerCase().replace(/[^a-z0-9-]/g, '-')}.invalid`,
      );
  }
  return { ...(made as Record<string, string>), ...given };
}
