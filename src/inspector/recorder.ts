import type { AnyActorRef, InspectionEvent } from 'xstate';
import { ownMember } from '../diagram/own-member.ts';
import type { JsonValue } from '../document/json.ts';
import { performedSteps } from '../machines/actor-names.ts';
import type { WaitingSnapshot } from '../machines/describe-wait.ts';
import { planOf, runtimeOf } from '../machines/registry.ts';
import { activeStates } from './active-states.ts';
import { edgeIdOf } from './edge-id.ts';
import type { EntryBody } from './entry.ts';
import { toPlainJson } from './plain-json.ts';
import { secretNamesOf } from './secret-names.ts';
import type { Stream } from './stream.ts';
import { waitForm } from './wait-form.ts';

/** What the recorder needs to know of a machine's picture. */
export type DrawMachine = (config: object, name: string, summary?: string) => string | undefined;

/** Follows the actors of this process. */
export interface Recorder {
  /** For the option `inspect` of `createActor`. */
  readonly inspect: (event: InspectionEvent) => void;
  /** A running machine that was compiled from a workflow, by the key that the page knows it by. */
  readonly find: (actor: string) => AnyActorRef | undefined;
}

type ActorCall = Extract<EntryBody, { kind: 'actor' }>['call'];

interface Followed {
  readonly key: string;
  /** Compiled from a workflow: what it waits for is known. */
  readonly isWorkflow: boolean;
  readonly isMachine: boolean;
  /** The requests that its actors make, by their names. */
  readonly calls: ReadonlyMap<string, NonNullable<ActorCall>>;
  readonly parent: Followed | undefined;
  taken: string[];
  context: unknown;
}

/** Events by which promises and the like tell themselves something; what comes of it is in the parent's event. */
const OWN_EVENTS = /^xstate\.(?:promise|observable)\./;

/**
 * Makes a recorder, which turns what XState tells an inspector into entries. It throws nothing, whatever the
 * application's actors are.
 *
 * @param draw - gives the key of a machine's picture
 */
export function createRecorder(stream: Stream, draw: DrawMachine): Recorder {
  const known = new WeakMap<object, Followed>();
  const running = new Map<string, WeakRef<AnyActorRef>>();
  let count = 0;

  // XState has no other way to tell the parent of an actor, or the transitions of a microstep.
  /* oxlint-disable no-underscore-dangle */
  const follow = (actor: AnyActorRef): Followed => {
    const found = known.get(actor);
    if (found !== undefined) return found;
    count += 1;
    const key = `a${count}`;
    const parent = actor._parent === undefined ? undefined : follow(actor._parent);
    const config = configOf(actor);
    const isWorkflow = config !== undefined && isCompiled(config);
    const followed: Followed = {
      key,
      isWorkflow,
      isMachine: config !== undefined,
      calls: isWorkflow ? callsOf(config) : new Map(),
      parent,
      taken: [],
      context: undefined,
    };
    known.set(actor, followed);
    if (isWorkflow) stream.redactor.addNames(secretNamesOf(planOf({ config })));
    const name = nameOf(actor, config);
    const machine = config === undefined ? undefined : draw(config, name, summaryOf(config, isWorkflow));
    const call = parent?.calls.get(actor.id);
    const input = inputOf(actor);
    // What a workflow of ours makes is its own business; whatever else made it, a person is asked.
    const controllable = isWorkflow && parent?.isWorkflow !== true;
    if (controllable) running.set(key, new WeakRef(actor));
    stream.put(key, {
      kind: 'actor',
      name,
      ...(parent === undefined ? {} : { parent: parent.key }),
      ...(machine === undefined ? {} : { machine }),
      ...(call === undefined ? {} : { call }),
      ...(input === undefined ? {} : { input }),
      ...(controllable ? { takesEvents: true as const } : {}),
    });
    return followed;
  };

  const record = (event: InspectionEvent): void => {
    const followed = follow(event.actorRef as AnyActorRef);
    switch (event.type) {
      case '@xstate.event': {
        const { type } = event.event;
        if (OWN_EVENTS.test(type) || (type === 'xstate.init' && !followed.isMachine)) return;
        const source = event.sourceRef === undefined ? undefined : known.get(event.sourceRef)?.key;
        stream.put(followed.key, {
          kind: 'event',
          type,
          event: toPlainJson(withoutOwn(event.event)),
          ...(source === undefined ? {} : { source }),
        });
        return;
      }
      case '@xstate.microstep':
        followed.taken.push(...event._transitions.map(edgeIdOf));
        return;
      case '@xstate.snapshot':
        if (followed.isMachine || !OWN_EVENTS.test(event.event.type)) putSnapshot(followed, event.snapshot);
        return;
      default:
    }
  };

  const putSnapshot = (followed: Followed, snapshot: Readonly<Record<string, unknown>>): void => {
    const { taken } = followed;
    followed.taken = [];
    const { status, value, context, output, error } = snapshot;
    // The request of a step is told by its start and its end.
    if (!followed.isMachine && status === 'active' && context === undefined) return;
    const isSame = followed.context !== undefined && followed.context === context;
    followed.context = context;
    const isActive = status === 'active';
    const wait =
      followed.isWorkflow && isActive
        ? () => waitForm(snapshot as unknown as WaitingSnapshot, stream.redactor.redact)
        : undefined;
    if (!isActive) running.delete(followed.key);
    stream.put(
      followed.key,
      {
        kind: 'snapshot',
        status: String(status),
        states: activeStates(value),
        taken,
        ...(isSame || context === undefined ? {} : { context: toPlainJson(context) }),
        ...(output === undefined ? {} : { output: toPlainJson(output) }),
        ...(error === undefined ? {} : { error: toPlainJson(error) }),
      },
      wait,
    );
  };

  return {
    inspect: (event) => {
      try {
        record(event);
      } catch {
        // An inspector must not disturb what it looks at: what cannot be read is not shown.
      }
    },
    find: (actor) => running.get(actor)?.deref(),
  };
}

/** The configuration of an actor that is a machine. */
function configOf({ logic }: AnyActorRef & { readonly logic?: unknown }): object | undefined {
  if (typeof logic !== 'object' || logic === null || !('config' in logic)) return undefined;
  const { config } = logic;
  // Promises and the like keep theirs there too, which is a function.
  return typeof config === 'object' && config !== null ? config : undefined;
}

function isCompiled(config: object): boolean {
  try {
    planOf({ config });
    return true;
  } catch {
    return false;
  }
}

function callsOf(config: object): ReadonlyMap<string, NonNullable<ActorCall>> {
  return new Map(
    performedSteps(runtimeOf({ config }).flow).map(({ actor, step }) => [
      actor,
      { stepId: step.stepId, method: step.operation.method, path: step.operation.path },
    ]),
  );
}

function nameOf(actor: AnyActorRef, config: object | undefined): string {
  if (config === undefined || actor.id !== actor.sessionId) return actor.id;
  return 'id' in config && typeof config.id === 'string' ? config.id : actor.id;
}

function summaryOf(config: object, isWorkflow: boolean): string | undefined {
  if (isWorkflow) return planOf({ config }).summary;
  return 'description' in config && typeof config.description === 'string' ? config.description : undefined;
}

/** What an actor was given. Its snapshot, which says it too, is not there yet when it is made. */
function inputOf(actor: AnyActorRef): JsonValue | undefined {
  const input = ownMember(ownMember(actor, 'options'), 'input');
  return input === undefined ? undefined : toPlainJson(input);
}

/** An event without what the row says anyway. */
function withoutOwn(event: object): object {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'type' && name !== 'actorId'));
}
