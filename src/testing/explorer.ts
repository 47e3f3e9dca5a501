import {
  createActor,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
  type InspectionEvent,
} from 'xstate';
import type { WorkflowContext, WorkflowInput } from '../machines/context.ts';
import { repeatAtOf } from '../machines/guards.ts';
import { judgementOf } from '../machines/judge.ts';
import { activeState } from '../machines/registry.ts';
import { frameOf } from '../machines/runtime.ts';
import { stateName } from '../machines/state-path.ts';
import type { Alphabet, Trial } from './alphabet.ts';
import { decisionsOf } from './criteria.ts';
import { eventFor, inFlight, transitionKey, type InFlight, type Servers } from './machine-events.ts';

/** When every run begins, epoch milliseconds. */
export const START = Date.UTC(2030, 0, 1);

/** How long people and APIs take, in the time of paths. */
const PERSON_MS = 60_000;
const API_MS = 1000;
const DEFAULT_TIMEOUT_MS = 30_000;

/** An event of XState that the search tries, with what it stands for. */
export interface ModelEvent {
  readonly type: string;
  readonly trial: Trial;
  /** When it happens, epoch milliseconds. */
  readonly at: number;
  /** Tells it from the others of its place. */
  readonly key: string;
}

/** What became of an event. */
export interface Outcome {
  readonly next: AnyMachineSnapshot;
  /** The transitions that were taken, in order, by their keys. */
  readonly transitions: readonly string[];
  /** The outcomes of the criteria that were looked at. */
  readonly decisions: readonly string[];
}

/** Goes through a machine by pure transitions, with a clock that stands at the time of each snapshot. */
export interface Explorer {
  readonly machine: AnyStateMachine;
  /** How a machine begins, and what it goes through by itself before anything happens. */
  begin(input: WorkflowInput): Outcome;
  /** Everything that may happen next. */
  events(snapshot: AnyMachineSnapshot): readonly ModelEvent[];
  /** A trial as the event that it is in a snapshot; `undefined` where there is no time for it. */
  event(snapshot: AnyMachineSnapshot, trial: Trial): ModelEvent | undefined;
  take(snapshot: AnyMachineSnapshot, event: ModelEvent): Outcome;
  /** The request in flight. */
  flight(snapshot: AnyMachineSnapshot): InFlight | undefined;
}

/** A clock that can be set. */
export interface SettableClock {
  now: number;
}

/** What an explorer needs beside a machine. */
export interface ExplorerOptions {
  /** The one that the machine was compiled with. */
  readonly clock: SettableClock;
  readonly alphabet: Alphabet;
  readonly servers?: Servers;
  /** What of the alphabet is tried; default: all. */
  readonly allows?: AllowsTrial;
}

/** Whether something may happen in a state, by its dotted path. */
export type AllowsTrial = (trial: Trial, state: string) => boolean;

/** An explorer of a machine. */
export function createExplorer(
  machine: AnyStateMachine,
  { clock, alphabet, servers = {}, allows = () => true }: ExplorerOptions,
): Explorer {
  const flight = (snapshot: AnyMachineSnapshot): InFlight | undefined => inFlight(snapshot, servers);
  const times = new WeakMap<AnyMachineSnapshot, number>();
  const outcomes = new WeakMap<
    ModelEvent,
    { readonly from: AnyMachineSnapshot; readonly outcome: Outcome }
  >();
  const tried = new WeakMap<AnyMachineSnapshot, readonly ModelEvent[]>();
  let transitions: string[] = [];
  let decisions: string[] = [];
  const observer = createActor(machine, {
    input: {},
    inspect: (event: InspectionEvent) => {
      if (event.type !== '@xstate.microstep') return;
      const judgement = judgementOf(event.event);
      for (const transition of event._transitions as readonly AnyTransitionDefinition[]) {
        transitions.push(transitionKey(transition));
        if (judgement !== undefined) decisions.push(...decisionsOf(judgement, transition));
      }
    },
  } as never);
  const scope = {
    self: observer,
    defer: () => undefined,
    id: '',
    logger: () => undefined,
    sessionId: '',
    stopChild: () => undefined,
    system: observer.system,
    emit: () => undefined,
    actionExecutor: () => undefined,
  } as never;
  const observe = (at: number, move: () => AnyMachineSnapshot): Outcome => {
    clock.now = at;
    transitions = [];
    decisions = [];
    const next = move();
    if (!times.has(next)) times.set(next, at);
    return { next, transitions, decisions };
  };
  const timeOf = (snapshot: AnyMachineSnapshot): number => times.get(snapshot) ?? START;

  const eventAt = (snapshot: AnyMachineSnapshot, trial: Trial, index: number): ModelEvent | undefined => {
    clock.now = timeOf(snapshot);
    const at = timeOfTrial(snapshot, trial, timeOf(snapshot), flight);
    if (at === undefined) return undefined;
    return { ...eventFor(trial.happening, flight(snapshot)), trial, at, key: String(index) };
  };

  return {
    machine,
    flight,
    event: (snapshot, trial) => eventAt(snapshot, trial, -1),
    begin: (input) => observe(START, () => machine.getInitialSnapshot(scope, input)),
    events(snapshot) {
      const known = tried.get(snapshot);
      if (known !== undefined) return known;
      clock.now = timeOf(snapshot);
      const state = stateName(snapshot.value);
      const events = trialsIn(snapshot, alphabet, flight).flatMap((trial, index) =>
        allows(trial, state) ? (eventAt(snapshot, trial, index) ?? []) : [],
      );
      tried.set(snapshot, events);
      return events;
    },
    take(snapshot, event) {
      const known = outcomes.get(event);
      if (known?.from === snapshot) return known.outcome;
      const outcome = observe(event.at, () => machine.transition(snapshot, event, scope));
      outcomes.set(event, { from: snapshot, outcome });
      return outcome;
    },
  };
}

type FlightIn = (snapshot: AnyMachineSnapshot) => InFlight | undefined;

const CANCEL: Trial = { happening: { type: 'cancel' } };
const ELAPSED: Trial = { happening: { type: 'elapsed' } };
const DECLINE: Trial = { happening: { type: 'decline' } };
const UNSENDABLE: Trial = { happening: { type: 'lost', kind: 'request' }, label: 'no request can be made' };

/** What may happen in a snapshot. */
function trialsIn(snapshot: AnyMachineSnapshot, alphabet: Alphabet, flightIn: FlightIn): readonly Trial[] {
  const { runtime, state } = activeState(snapshot) ?? {};
  if (snapshot.status !== 'active' || runtime === undefined || state === undefined) return [];
  switch (state.kind) {
    case 'wait':
      return [...alphabet.inWait(state, { snapshot, runtime }), CANCEL];
    case 'interaction':
      return [...alphabet.inInteraction(state, { snapshot, runtime }), DECLINE, CANCEL];
    case 'backoff':
      return [ELAPSED, CANCEL];
    case 'call':
    case 'recovery': {
      const flight = flightIn(snapshot);
      if (flight === undefined) return [];
      // Where no request can be made nothing is waited for: the machine goes on at once.
      return flight.problem !== undefined ? [UNSENDABLE] : [...alphabet.toCall(flight, { snapshot }), CANCEL];
    }
    case 'workflow':
    case 'transfer':
    case 'final':
      return [];
  }
}

/** When something happens that may happen in a snapshot, epoch milliseconds; `undefined` where it cannot. */
function timeOfTrial(
  snapshot: AnyMachineSnapshot,
  { happening, isEarly }: Trial,
  now: number,
  flightIn: FlightIn,
): number | undefined {
  const { runtime, state } = activeState(snapshot) ?? {};
  if (runtime === undefined || state === undefined) return now;
  const context = snapshot.context as WorkflowContext;
  const { expiresAt = Number.POSITIVE_INFINITY, retryAt = now } = frameOf(runtime, context);
  if (happening.type === 'lost' || happening.type === 'response' || happening.type === 'message') {
    if (happening.type === 'lost' && happening.kind === 'request') return now;
    const { timeoutMs = DEFAULT_TIMEOUT_MS } = flightIn(snapshot)?.call ?? {};
    const isTimeout = happening.type === 'lost' && happening.kind === 'timeout';
    return now + (isTimeout ? timeoutMs : Math.min(API_MS, Math.floor(timeoutMs / 2)));
  }
  if (state.kind !== 'wait' && state.kind !== 'interaction')
    return happening.type === 'elapsed' ? Math.max(now, retryAt) : now;
  if (happening.type === 'elapsed') return expiresAt === Number.POSITIVE_INFINITY ? undefined : expiresAt;
  const soon = Math.min(now + PERSON_MS, Math.floor(now + (expiresAt - now) / 2));
  if (happening.type !== 'repeat' || state.kind !== 'wait' || state.repeat === undefined) return soon;
  const repeatAt = repeatAtOf(runtime, context, state.repeat.step.stepId) ?? 0;
  if (isEarly === true) return repeatAt > now ? now : undefined;
  const later = Math.max(soon, repeatAt);
  return later < expiresAt ? later : undefined;
}
