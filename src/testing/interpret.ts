import type { JsonObject } from '../document/json.ts';
import { type Run, endedOf } from './frame.ts';
import { type DocumentSources, readWorkflow } from './reading.ts';
import type { Ended, Happening, Situation } from './situation.ts';
import { walkWorkflow } from './walk-workflow.ts';

/** What an interpretation starts from: an Arazzo document, what it needs of others, and how to run it. */
export interface InterpretOptions extends DocumentSources {
  readonly workflowId: string;
  readonly inputs?: JsonObject;
  /** The time in epoch milliseconds. */
  readonly now: () => number;
  /** How many attempts of steps a run may make, those of called workflows included; 1000 by default. */
  readonly maxSteps?: number;
  /** `false`: inputs are never asked, absent required ones are refused at the start. `true` by default. */
  readonly deferredInputs?: boolean;
  /** A `Retry-After` above it makes the retry no match; 60 by default. */
  readonly retryAfterCapSeconds?: number;
  /** Cuts every `retryLimit`. */
  readonly maxRetries?: number;
  /** By source description name, the server's URL instead of the description's. */
  readonly servers?: Readonly<Record<string, string>>;
}

/**
 * Walks a workflow as its document says, step by step: ask what is absent, then run the step; a step that calls a
 * workflow walks that one. It yields what it waits for, is told what happened, and returns how the run ended. It is
 * what a compiled machine is judged by, and shares no code with the compiler.
 *
 * @throws Error where a document is not valid, is not given, or a workflow leads to itself.
 * @see https://spec.openapis.org/arazzo/v1.1.0.html#step-object
 */
export function* interpret(options: InterpretOptions): Generator<Situation, Ended, Happening> {
  const {
    now,
    inputs = {},
    maxSteps = 1000,
    deferredInputs = true,
    retryAfterCapSeconds = 60,
    maxRetries = Infinity,
    servers = {},
  } = options;
  const run: Run = {
    now,
    maxSteps,
    deferredInputs,
    retryAfterCapSeconds,
    maxRetries,
    servers,
    attempts: 0,
    sendings: 0,
    failure: undefined,
    response: undefined,
    finished: {},
    enter: (call) => walkWorkflow(run, call),
  };
  const reading = readWorkflow(options, options.workflowId);
  return endedOf(yield* run.enter({ reading, inputs, path: [], withPreludes: true }));
}
