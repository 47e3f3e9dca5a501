import type { Ended } from './situation.ts';
import type { AnyMachineSnapshot } from 'xstate';
import type { JsonObject } from '../document/json.ts';
import type { WorkflowContext, WorkflowOutput } from '../machines/context.ts';
import { describeWait } from '../machines/describe-wait.ts';
import { activeState } from '../machines/registry.ts';
import { frameOf } from '../machines/runtime.ts';
import { stateName } from '../machines/state-path.ts';
import type { Happening, MessageValues } from './situation.ts';

/** Something that runs the workflow, to be played a path on. */
export interface Stage {
  /** Begins a run at a time, epoch milliseconds, with the inputs that are given at the start. */
  begin(inputs: JsonObject, at: number): Promise<void> | void;
  /** The request that is out, or comes out now. @throws StageProblem when none comes */
  request(): Promise<SeenRequest> | SeenRequest;
  /** What is being sent over a channel, or waited for there. @throws StageProblem when nothing is, or it cannot be seen */
  message(): SeenMessage;
  /**
   * Lets something happen and waits until it was taken in.
   *
   * @returns what the reference interpreter is to be told, where it is not the happening itself
   */
  happen(happening: Happening, at: number): Promise<Happening | void> | Happening | void;
  /** Stores the run, gives it up, and goes on from what was stored at a time; absent where that cannot be done. */
  restore?(at: number): Promise<void> | void;
  /** What can be seen of the run, which should be in a state now; `undefined` where nothing can. */
  look(state: string): Sight | undefined | Promise<Sight | undefined>;
  /** How many requests came out that nobody asked for. */
  unasked(): number;
  /** Ends the run, whatever state it is in. */
  end(): Promise<void> | void;
}

/** A request as it came out. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Its idempotency key, '' without one; absent where that cannot be seen. */
  readonly key?: string;
}

/** What is sent over a channel or waited for there, and its idempotency key. */
export interface SeenMessage {
  readonly call: MessageValues;
  readonly key: string;
}

/** What can be seen of a run. */
export interface Sight {
  /** The dotted path of the state. */
  readonly state: string;
  /** Nothing but the state can be seen. */
  readonly isPartial?: true;
  /** Of a wait for a person. */
  readonly wait?: {
    readonly missing: readonly string[];
    readonly rejected: readonly string[];
    readonly repeatAt: number | undefined;
    readonly expiresAt: number | undefined;
    /** The last failure, which the person is told. */
    readonly failure: Ended['failure'];
  };
  /** Of a step that asks a person. */
  readonly question?: {
    readonly stepId: string;
    readonly attempt: number;
    readonly prompt: string;
    readonly context: JsonObject;
    readonly url: string | undefined;
    readonly rejected: readonly string[];
    readonly expiresAt: number | undefined;
    /** The last failure, which the person is told. */
    readonly failure: Ended['failure'];
  };
  /** Of a wait for a time, epoch milliseconds. */
  readonly delayUntil?: number;
  /** Of a run that is over. */
  readonly output?: WorkflowOutput;
}

/** What went wrong on a stage, beside what the run itself does wrong. */
export class StageProblem extends Error {
  override readonly name = 'StageProblem';
}

/** What can be seen of a machine. */
export function sightOf(snapshot: AnyMachineSnapshot): Sight {
  const state = stateName(snapshot.value);
  if (snapshot.status === 'error')
    throw new StageProblem('The machine stopped with an error.', { cause: snapshot.error });
  if (snapshot.status !== 'active') return { state, output: snapshot.output as WorkflowOutput };
  const { runtime, state: active } = activeState(snapshot) ?? {};
  const context = snapshot.context as WorkflowContext;
  const frame = frameOf(runtime ?? { path: '' }, context);
  if (active?.kind === 'backoff') return { state, delayUntil: frame.retryAt ?? 0 };
  if (active?.kind !== 'wait' && active?.kind !== 'interaction') return { state };
  const wait = describeWait(snapshot);
  if (wait?.interaction !== undefined) {
    const { prompt, context: shown, url } = wait.interaction;
    return {
      state,
      question: {
        stepId: wait.stepId,
        attempt: frame.attempt,
        prompt,
        context: shown,
        url,
        rejected: (frame.rejection ?? []).map(({ input }) => input),
        expiresAt: wait.expiresAt,
        failure: context.failure as Ended['failure'],
      },
    };
  }
  return {
    state,
    wait: {
      missing: (wait?.inputs ?? []).filter(({ required }) => required).map(({ name }) => name),
      failure: context.failure as Ended['failure'],
      rejected: (frame.rejection ?? []).filter(({ rule }) => rule !== 'cooldown').map(({ input }) => input),
      repeatAt: wait?.repeatAt,
      expiresAt: wait?.expiresAt,
    },
  };
}
