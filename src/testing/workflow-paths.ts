import {
  getNextSnapshot,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyTransitionDefinition,
} from 'xstate';
import { adjacencyMapToArray, getAdjacencyMap, getShortestPaths, getSimplePaths } from 'xstate/graph';
import { hasMember } from '../document/json.ts';
import type { Frame, WorkflowContext, WorkflowInput } from '../machines/context.ts';
import { actorNameOf, WAIT_ACTOR } from '../machines/actor-names.ts';
import { activeState } from '../machines/registry.ts';
import { frameOf } from '../machines/runtime.ts';
import { stateName } from '../machines/state-path.ts';
import type { FlowState } from '../plan/flow.ts';
import type { PerformedStepPlan } from '../plan/workflow-plan.ts';
import type { Happening } from './situation.ts';

/** What may happen in a machine, for the search to try. */
export interface Alphabet {
  /**
   * What a person may send in a waiting state, and its time limit where it has one. `frame`: what is known of the
   * workflow that asks.
   */
  readonly inWait: (state: Extract<FlowState, { kind: 'wait' }>, frame: Frame) => readonly Happening[];
  /** What a person may do when a step asks them: answers and, where it has one, its time limit; to decline is tried anyway. */
  readonly inInteraction?: (state: Extract<FlowState, { kind: 'interaction' }>) => readonly Happening[];
  /** The responses to a step's request, the messages that may come, and how each may be lost. Of those that take the same edge, the first is tried. */
  readonly toCall: (stepId: string) => readonly Happening[];
}

/** How paths are searched. */
export interface PathOptions {
  readonly input: WorkflowInput;
  readonly alphabet: Alphabet;
  /** How many paths at most; default 10,000. */
  readonly budget?: number;
}

/** A way through a machine. */
export interface WorkflowPath {
  /** What happens, and the state after it. */
  readonly steps: readonly { readonly happening: Happening; readonly state: string }[];
  /** The state it ends in. */
  readonly state: string;
  readonly description: string;
}

/** Every path, and how many transitions there are to take. */
export interface WorkflowPaths {
  /** All simple paths from the start to a final state: each visits other places, or the same in another order. */
  readonly paths: readonly WorkflowPath[];
  /** One path for each edge of the search graph, so that of parallel edges each is taken. */
  readonly edges: readonly WorkflowPath[];
  /** Every transition in the machine's configuration. */
  readonly transitions: readonly string[];
}

interface ModelEvent {
  readonly type: string;
  readonly happening: Happening;
}

interface GraphPath {
  readonly state: AnyMachineSnapshot;
  readonly steps: readonly { readonly event: ModelEvent; readonly state: AnyMachineSnapshot }[];
}

/**
 * Finds every way through a compiled machine with `xstate/graph`. Two snapshots are one place of the search when they
 * agree on the state, the retries, and whether any step was left backwards once: so a path may try a wrong code and
 * then the right one, and still the paths are finite.
 */
export function workflowPaths(machine: AnyStateMachine, options: PathOptions): WorkflowPaths {
  const { budget = 10_000 } = options;
  const search = {
    input: options.input,
    events: (snapshot: AnyMachineSnapshot) => eventsOf(machine, snapshot, options.alphabet),
    serializeState: (snapshot: AnyMachineSnapshot) => placeOf(snapshot),
    limit: 1_000_000,
  } as never;
  const simple = (
    getSimplePaths(machine, {
      ...(search as object),
      events: withoutParallels(machine, options.alphabet),
    } as never) as unknown as readonly GraphPath[]
  ).filter(({ state }) => state.status === 'done');
  if (simple.length > budget)
    throw new RangeError(
      `There are ${simple.length} paths, more than ${budget}; take one path for each edge.`,
    );
  // Edges are told apart more finely: what a failed repeat does depends on who asked for it.
  const exactPlaceOf = (snapshot: AnyMachineSnapshot): string =>
    `${placeOf(snapshot)} ${(snapshot.context as WorkflowContext).repeat?.state ?? ''}`;
  const exactly = { ...(search as object), serializeState: exactPlaceOf } as never;
  const shortest = new Map(
    (getShortestPaths(machine, exactly) as unknown as readonly GraphPath[]).map((path) => [
      exactPlaceOf(path.state),
      path,
    ]),
  );
  const graph = adjacencyMapToArray(getAdjacencyMap(machine, exactly)) as unknown as readonly {
    readonly state: AnyMachineSnapshot;
    readonly event: ModelEvent;
    readonly nextState: AnyMachineSnapshot;
  }[];
  const edges = graph.flatMap(({ state, event, nextState }): readonly WorkflowPath[] => {
    const before = shortest.get(exactPlaceOf(state));
    return before === undefined ? [] : [pathOf([...before.steps, { event, state: nextState }])];
  });
  return {
    paths: simple.map((path) => pathOf(path.steps)),
    edges,
    transitions: allTransitions(machine).map((transition) => transitionKey(transition)),
  };
}

function pathOf(all: GraphPath['steps']): WorkflowPath {
  const steps = all
    .filter(({ event }) => 'happening' in event)
    .map(({ event, state }) => ({ happening: event.happening, state: stateName(state.value) }));
  const state = steps.at(-1)?.state ?? '';
  return {
    steps,
    state,
    description: steps.map(({ happening, state: name }) => `${describe(happening)} → ${name}`).join(' · '),
  };
}

function describe(happening: Happening): string {
  switch (happening.type) {
    case 'response':
      return `${happening.statusCode}${typeOf(happening)}`;
    case 'lost':
      return happening.kind;
    case 'message':
      return 'message';
    case 'submit':
      return `submit ${Object.keys(happening.values).join(', ')}`;
    case 'revise':
      return `revise ${happening.input}`;
    default:
      return happening.type;
  }
}

function typeOf({ body }: Extract<Happening, { type: 'response' }>): string {
  const type =
    typeof body === 'object' && body !== null && 'error_type' in body ? body.error_type : undefined;
  return typeof type === 'string' ? ` ${type}` : '';
}

/** The place of a snapshot in the search. */
function placeOf(snapshot: AnyMachineSnapshot): string {
  const context = snapshot.context as WorkflowContext;
  const { runtime, state } = activeState(snapshot) ?? {};
  const frame = frameOf(runtime ?? { path: '' }, context);
  // A wait for several inputs is another place once some of them are there.
  const missing =
    state?.kind === 'wait' && state.inputs.length > 1
      ? state.inputs.filter((input) => !hasMember(frame.inputs, input))
      : [];
  const attempts =
    runtime === undefined || runtime.path === '' ? context.attempts : [context.attempts, frame.attempts];
  return JSON.stringify([snapshot.value, snapshot.status, attempts, leftBackwards(snapshot), ...missing]);
}

function leftBackwards(snapshot: AnyMachineSnapshot): boolean {
  const context = snapshot.context as WorkflowContext;
  if (Object.values(context.visits).some((count) => count > 1)) return true;
  const { runtime, state } = activeState(snapshot) ?? {};
  if (runtime === undefined) return false;
  const { visits } = frameOf(runtime, context);
  if (Object.values(visits).some((count) => count > 1)) return true;
  if (state?.kind !== 'wait') return false;
  const position = runtime.positionOf(state.step.stepId);
  return Object.keys(visits).some((stepId) => runtime.positionOf(stepId) >= position);
}

function eventsOf(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  alphabet: Alphabet,
): readonly ModelEvent[] {
  if (snapshot.status !== 'active') return [];
  const { runtime, state } = activeState(snapshot) ?? {};
  const cancel: ModelEvent = { type: 'cancel', happening: { type: 'cancel' } };
  if (state?.kind === 'wait') {
    return [
      ...alphabet
        .inWait(state, frameOf(runtime ?? { path: '' }, snapshot.context as WorkflowContext))
        .map((happening) => eventOf(happening, WAIT_ACTOR)),
      cancel,
    ];
  }
  if (state?.kind === 'interaction') {
    const answers = alphabet.inInteraction?.(state) ?? [];
    const events = [...answers, { type: 'decline' } as const].map((happening) =>
      eventOf(happening, WAIT_ACTOR),
    );
    return [...events, cancel];
  }
  if (state?.kind === 'backoff') return [eventOf({ type: 'elapsed' }, WAIT_ACTOR), cancel];
  const step = state === undefined ? undefined : requestedStep(state);
  if (step === undefined) return [];
  const actor = actorNameOf(runtime?.path ?? '', step.stepId);
  const taken = new Set<unknown>();
  const events = alphabet.toCall(step.stepId).flatMap((happening): readonly ModelEvent[] => {
    const event = eventOf(happening, actor);
    const [transition] = machine.getTransitionData(snapshot as never, event);
    if (transition === undefined || taken.has(transition)) return [];
    taken.add(transition);
    return [event];
  });
  return [...events, cancel];
}

/** The step whose request is in flight in a state. */
function requestedStep(state: FlowState): PerformedStepPlan | undefined {
  if (state.kind === 'call') return state.step;
  return state.kind === 'recovery' && state.first.kind === 'call' ? state.first.step : undefined;
}

/** Of the events that lead from one place to the same other one, only the first. */
function withoutParallels(
  machine: AnyStateMachine,
  alphabet: Alphabet,
): (snapshot: AnyMachineSnapshot) => readonly ModelEvent[] {
  const known = new Map<string, readonly ModelEvent[]>();
  return (snapshot) => {
    const place = placeOf(snapshot);
    const found = known.get(place);
    if (found !== undefined) return found;
    const reached = new Set<string>([place]);
    const events = eventsOf(machine, snapshot, alphabet).filter((event) => {
      const next = placeOf(getNextSnapshot(machine, snapshot, event));
      if (reached.has(next)) return false;
      reached.add(next);
      return true;
    });
    known.set(place, events);
    return events;
  };
}

/** A happening as the event that XState gets for it. */
function eventOf(happening: Happening, actor: string): ModelEvent {
  switch (happening.type) {
    case 'response': {
      const { statusCode, headers = {}, body } = happening;
      const output = { statusCode, headers, ...(body === undefined ? {} : { body }) };
      return { type: `xstate.done.actor.${actor}`, output, actorId: actor, happening } as ModelEvent;
    }
    case 'message': {
      const { headers = {}, payload } = happening;
      const output = { message: { headers, ...(payload === undefined ? {} : { payload }) } };
      return { type: `xstate.done.actor.${actor}`, output, actorId: actor, happening } as ModelEvent;
    }
    case 'lost':
      return {
        type: `xstate.error.actor.${actor}`,
        error: { kind: happening.kind, message: '' },
        actorId: actor,
        happening,
      } as ModelEvent;
    case 'elapsed':
      return { type: `xstate.done.actor.${WAIT_ACTOR}`, actorId: WAIT_ACTOR, happening } as ModelEvent;
    default:
      return { ...happening, happening } as ModelEvent;
  }
}

/** Every transition definition of a machine, each guard branch for itself. */
export function allTransitions(machine: AnyStateMachine): readonly AnyTransitionDefinition[] {
  const all: AnyTransitionDefinition[] = [];
  const visit = (node: AnyStateMachine['root']): void => {
    for (const transitions of node.transitions.values()) all.push(...transitions);
    all.push(...(node.always ?? []));
    for (const child of Object.values(node.states)) visit(child as AnyStateMachine['root']);
  };
  visit(machine.root);
  return all;
}

/** A text that tells transitions of one machine apart. */
export function transitionKey(transition: AnyTransitionDefinition): string {
  const guard = transition.guard as { readonly type?: string; readonly params?: unknown } | undefined;
  const nameOf = (node: { readonly key: string; readonly path: readonly string[] }): string =>
    node.path.length === 0 ? node.key : node.path.join('.');
  const targets = (transition.target ?? []).map(nameOf).join(', ');
  const label = guard === undefined ? '' : ` [${String(guard.type)}] ${JSON.stringify(guard.params ?? {})}`;
  return `${nameOf(transition.source)} —${transition.eventType}${label}→ ${targets}`;
}
