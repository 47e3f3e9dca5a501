import type { AnyMachineSnapshot } from 'xstate';
import type { JsonObject } from '../document/json.ts';
import { activeState } from '../machines/registry.ts';
import { stateName } from '../machines/state-path.ts';
import { inFlight } from './machine-events.ts';
import type { RunPathOptions } from './run-options.ts';
import type { Happening } from './situation.ts';
import type { Move, Trace } from './trace.ts';

/**
 * One happening of a path.
 *
 * Whoever plays the user's part (a test of a page) does what is `by: 'user'`; the scripted server answers what is
 * `by: 'api'`, and what is `by: 'broker'` comes over a channel of AsyncAPI; for what is `by: 'time'` the clock goes on to `at`; what is `by: 'itself'` needs nobody.
 */
export interface PathEvent {
  readonly by: 'user' | 'api' | 'broker' | 'time' | 'itself';
  readonly happening: Happening;
  /** What happens, in a few words: `submit code`, `404 otp_code_not_found`. */
  readonly label: string;
  /** The values that it submits are wrong on purpose. */
  readonly isWrong?: true;
  /** It comes before its time: a `repeat` while its cooldown runs, which changes nothing. */
  readonly isEarly?: true;
  /** When it happens, epoch milliseconds of simulated time. */
  readonly at: number;
  /** The step that waits for it. */
  readonly stepId: string;
  /** The dotted path of the state that the machine is in afterwards. */
  readonly state: string;
}

/** A way through a workflow, from its start to an end. */
export interface WorkflowPath {
  /** All that happens and the states between, in one line. Different paths of one search have different ones. */
  readonly description: string;
  /** The inputs that are there from the start. */
  readonly inputs: JsonObject;
  /** The state that the run begins in. */
  readonly initialState: string;
  /** When the run begins, epoch milliseconds of simulated time. */
  readonly startsAt: number;
  readonly events: readonly PathEvent[];
  /** How many steps the run may begin, where the path is about that limit; absent: as many as it takes. */
  readonly maxSteps?: number;
  /**
   * Whether `run` plays it a second time, stored and restored in each of its states: it comes through something there that
   * no earlier path of its search comes through.
   */
  readonly isRestored: boolean;
  /** How the run ends. */
  readonly status: 'done' | 'failed' | 'cancelled';
  /**
   * Whether the path can be run against a real API: a user causes all that happens in it, and the API only does well.
   * Otherwise why not.
   */
  readonly onRealApi: { readonly possible: true } | { readonly possible: false; readonly why: string };
  /**
   * Runs the path and compares the run with the reference interpreter after every happening.
   *
   * @throws PathFailure where they differ: it says the step, the request and the difference
   * @throws UsageError for options that do not fit
   */
  run(options?: RunPathOptions): Promise<void>;
}

/** What a path is without the means to run it. */
export type PathData = Omit<WorkflowPath, 'run'>;

/** Reads a trace of a machine as a path. */
export function pathDataOf(
  { inputs, moves, start, maxSteps }: Trace,
  startsAt: number,
  isRestored: boolean,
): PathData {
  const events = moves.map(eventOf);
  const initialState = stateName(start.value);
  const last = moves.at(-1)?.after ?? start;
  const given = Object.keys(inputs);
  const terms = [
    ...(given.length === 0 ? [] : [`given ${given.join(', ')}`]),
    ...(maxSteps === undefined ? [] : [`${maxSteps} ${maxSteps === 1 ? 'step' : 'steps'} at most`]),
  ];
  const begin = terms.length === 0 ? initialState : `${initialState} (${terms.join('; ')})`;
  return {
    description: [begin, ...events.map(({ label, state }) => `${label} → ${state}`)].join(' · '),
    inputs,
    initialState,
    startsAt,
    events,
    ...(maxSteps === undefined ? {} : { maxSteps }),
    isRestored,
    status: statusOf(last),
    onRealApi:
      maxSteps === undefined
        ? onRealApi(moves, events)
        : { possible: false, why: 'it is about a limit of steps that runs do not have there' },
  };
}

function statusOf({ value }: AnyMachineSnapshot): PathData['status'] {
  return value === 'done' || value === 'cancelled' ? value : 'failed';
}

function eventOf({ trial, at, before, after }: Move): PathEvent {
  const { happening } = trial;
  const label =
    trial.isEarly === true ? `${labelOf(happening)} too early` : (trial.label ?? labelOf(happening));
  const active = activeState(before)?.state;
  const stepId =
    active === undefined || !('step' in active)
      ? ''
      : active.kind === 'recovery' && active.first.kind === 'call'
        ? active.first.step.stepId
        : active.step.stepId;
  return {
    by: byWhom(happening, before),
    happening,
    label,
    ...(trial.isWrong === true ? { isWrong: true } : {}),
    ...(trial.isEarly === true ? { isEarly: true } : {}),
    at,
    stepId,
    state: stateName(after.value),
  };
}

function byWhom(happening: Happening, before: AnyMachineSnapshot): PathEvent['by'] {
  switch (happening.type) {
    case 'response':
      return 'api';
    case 'message':
      return 'broker';
    case 'lost':
      if (happening.kind === 'request') return 'itself';
      if (happening.kind === 'timeout') return 'time';
      return inFlight(before)?.kind === 'message' ? 'broker' : 'api';
    case 'elapsed':
      return 'time';
    case 'submit':
    case 'decline':
    case 'repeat':
    case 'revise':
    case 'cancel':
      return 'user';
  }
}

function labelOf(happening: Happening): string {
  switch (happening.type) {
    case 'response':
      return `${happening.statusCode}${errorTypeOf(happening)}`;
    case 'message':
      return 'message';
    case 'lost':
      return happening.kind === 'timeout' ? 'no answer in time' : `connection lost (${happening.kind})`;
    case 'elapsed':
      return 'time goes by';
    case 'submit':
      return `submit ${Object.keys(happening.values).join(', ')}`;
    case 'revise':
      return `revise ${happening.input}`;
    case 'decline':
    case 'repeat':
    case 'cancel':
      return happening.type;
  }
}

function errorTypeOf({ body }: Extract<Happening, { type: 'response' }>): string {
  if (typeof body !== 'object' || body === null) return '';
  const type = 'error_type' in body ? body.error_type : 'error' in body ? body.error : undefined;
  return typeof type === 'string' ? ` ${type}` : '';
}

function onRealApi(moves: readonly Move[], events: readonly PathEvent[]): PathData['onRealApi'] {
  for (const [index, { by, label, happening }] of events.entries()) {
    if (by === 'itself' || (by === 'user' && moves[index]?.trial.isEarly !== true)) continue;
    const isSuccess =
      happening.type === 'response' &&
      happening.statusCode < 400 &&
      moves[index]?.trial.isUnusual !== true &&
      (moves[index]?.outcome.transitions ?? []).some((key) => key.includes('"outcome":"success"'));
    if (!isSuccess) return { possible: false, why: `nobody can make a real API do this: ${label}` };
  }
  return { possible: true };
}
