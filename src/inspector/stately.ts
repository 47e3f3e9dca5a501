// The adapter to Stately's viewer, for Node and browsers; it needs the package `@statelyai/inspect`.
import type { StatelyInspectionEvent } from '@statelyai/inspect';
import type { InspectionEvent } from 'xstate';
import { ownMember } from '../diagram/own-member.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../document/json.ts';
import { planOf } from '../machines/registry.ts';
import { UsageError } from '../machines/usage-error.ts';
import { toPlainJson } from './plain-json.ts';
import { createRedactor, type Redactor } from './redactor.ts';
import { secretNamesOf } from './secret-names.ts';

/** Where the viewer is, and what it must not be shown. */
export interface StatelyInspectorOptions {
  /**
   * Sends to a WebSocket, from Node or a browser: the relay of `@statelyai/inspect/server`, or the `socketUrl` of
   * `createInspector`. Without it, a browser opens a window.
   */
  readonly webSocketUrl?: string;
  /** In a browser: the viewer's page; default Stately's own, `https://stately.ai/inspect`. */
  readonly url?: string;
  /** In a browser: shows the viewer in this frame instead of a window. */
  readonly iframe?: HTMLIFrameElement;
  /** Texts that must not be shown, wherever they stand. */
  readonly secrets?: readonly string[];
  /** The names of further members that hold secrets, beside those that look it. */
  readonly secretNames?: readonly string[];
}

/** Shows machines in Stately's viewer. */
export interface StatelyInspector {
  /** For the option `inspect` of XState's `createActor`. */
  readonly inspect: (event: InspectionEvent) => void;
  readonly stop: () => void;
}

/** As deep as any machine or context is: the package's own default cuts both at 10. */
const DEPTH = 1000;

/**
 * Connects to Stately's viewer. Every event is redacted as a whole before it leaves the process: secrets by name, those
 * that plans mark, and what once stood in such a member. Machines are sent whole, their states in document order.
 *
 * Rejects with a UsageError where `@statelyai/inspect` is not installed, or there is neither a window nor a WebSocket.
 */
export async function createStatelyInspector(
  options: StatelyInspectorOptions = {},
): Promise<StatelyInspector> {
  const { webSocketUrl, url, iframe } = options;
  if (webSocketUrl === undefined && typeof window === 'undefined') {
    throw new UsageError(
      'invalid-option',
      'There is no window here to open the viewer in: give "webSocketUrl", the URL of a relay.',
    );
  }
  const { createBrowserInspector, createWebSocketInspector } = await import('@statelyai/inspect').catch(
    (cause: unknown) => {
      throw new UsageError(
        'invalid-option',
        'The package "@statelyai/inspect" is needed: install it beside this one.',
        { cause },
      );
    },
  );
  const redactor = createRedactor();
  redactor.addNames(options.secretNames ?? []);
  redactor.addValues(options.secrets ?? []);
  const definitions = new Map<string, string>();
  const shared = {
    serialize: (event: StatelyInspectionEvent) => clean(event, redactor, definitions),
    serializationDepthLimit: DEPTH,
  };
  const inspector =
    webSocketUrl === undefined
      ? createBrowserInspector({
          ...shared,
          ...(url === undefined ? {} : { url }),
          ...(iframe === undefined ? {} : { iframe }),
        })
      : createWebSocketInspector({ ...shared, url: webSocketUrl });
  return {
    stop: () => inspector.stop(),
    inspect: (event) => {
      learn(event, redactor, definitions);
      // What the package sends it sends later: by then all of what happened together has been learned from.
      inspector.inspect.next?.(event);
    },
  };
}

function learn(event: InspectionEvent, redactor: Redactor, definitions: Map<string, string>): void {
  if (event.type === '@xstate.event') redactor.learn(toPlainJson(event.event));
  if (event.type === '@xstate.snapshot') learnSnapshot(event.snapshot, redactor);
  if (event.type !== '@xstate.actor') return;
  const { actorRef } = event;
  const config = ownMember(ownMember(actorRef, 'logic'), 'config');
  if (typeof config === 'object' && config !== null) {
    redactor.addNames(namesOf(config));
    // Functions cannot be sent, and a context may hold secrets.
    const { context: _, ...shape } = config as { readonly context?: unknown };
    definitions.set(actorRef.sessionId, JSON.stringify(toDefinition(shape)));
  }
  // Its snapshot is not there yet.
  redactor.learn(toPlainJson({ input: ownMember(ownMember(actorRef, 'options'), 'input') }));
}

/** A configuration as JSON: what is a function in it is left out, or named where it is a guard, an action or an actor. */
function toDefinition(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toDefinition);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
      if (typeof member !== 'function') {
        // An actor's logic in its place, which has no name.
        if (name === 'src' && typeof member === 'object') return [[name, 'inline']];
        return [[name, Array.isArray(member) ? member.map(named).map(toDefinition) : toDefinition(member)]];
      }
      return ['guard', 'actions', 'entry', 'exit', 'src'].includes(name) ? [[name, named(member)]] : [];
    }),
  );
}

function named(value: unknown): unknown {
  if (typeof value !== 'function') return value;
  return { type: value.name === '' ? 'inline' : value.name };
}

function learnSnapshot(snapshot: object, redactor: Redactor): void {
  for (const part of ['context', 'input', 'output', 'error'])
    redactor.learn(toPlainJson({ [part]: ownMember(snapshot, part) }));
}

function namesOf(config: object): ReadonlySet<string> {
  try {
    return secretNamesOf(planOf({ config }));
  } catch {
    // No workflow's machine: its names speak for themselves.
    return new Set();
  }
}

/** What a snapshot says that is no data. */
const SHAPE = ['status', 'value', 'tags'];

/** The whole event, without secrets. */
function clean(
  event: StatelyInspectionEvent,
  redactor: Redactor,
  definitions: ReadonlyMap<string, string>,
): StatelyInspectionEvent {
  // `stringify` of a snapshot says it as JSON; the snapshot of a machine itself knows how.
  const plain = toPlainJson(JSON.parse(JSON.stringify(event)));
  if (!isJsonObject(plain)) return event;
  const { event: sent, snapshot, definition, ...rest } = plain;
  const known = definitions.get(event.sessionId);
  const written = event.type === '@xstate.actor' ? (known ?? definition) : undefined;
  return {
    ...rest,
    ...(sent === undefined ? {} : { event: withType(sent, redactor) }),
    ...(snapshot === undefined ? {} : { snapshot: redactSnapshot(snapshot, redactor) }),
    ...(written === undefined ? {} : { definition: written }),
  } as unknown as StatelyInspectionEvent;
}

function withType(event: JsonValue, { redact }: Redactor): JsonValue {
  if (!isJsonObject(event)) return redact(event);
  const { type, ...data } = event;
  return { ...(type === undefined ? {} : { type }), ...(redact(data) as JsonObject) };
}

function redactSnapshot(snapshot: JsonValue, { redact }: Redactor): JsonValue {
  if (!isJsonObject(snapshot)) return redact(snapshot);
  return Object.fromEntries(
    Object.entries(snapshot).map(([name, member]) => [name, SHAPE.includes(name) ? member : redact(member)]),
  );
}
