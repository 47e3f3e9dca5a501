import type { DiagramGraph } from '../diagram/graph.ts';
import { isJsonObject, memberOf, type JsonObject, type JsonValue } from '../document/json.ts';
import { activeStates } from './active-states.ts';
import { edgesBetween } from './edges-between.ts';
import { toPlainJson } from './plain-json.ts';
import type { DrawMachine } from './recorder.ts';
import type { Stream } from './stream.ts';

/** More actors than this at a time are not followed on one socket. */
const MAX_ACTORS = 1000;

/** Far more than a machine has that can be drawn. */
const MAX_DEFINITION_VALUES = 500_000;

interface ForeignActor {
  readonly key: string;
  readonly graph: DiagramGraph | undefined;
  states: readonly string[];
  /** The event that it received last. */
  event: string;
  context: string | undefined;
}

/**
 * Follows the actors of another process, which tells of them in the messages of `@statelyai/inspect`. The result takes
 * the text of one message; what is no such message is not shown.
 *
 * @param prefix - makes the keys of its actors unique
 */
export function createForeignActors(
  prefix: string,
  stream: Stream,
  draw: DrawMachine,
  graphOf: (key: string) => DiagramGraph | undefined,
): (text: string) => void {
  const actors = new Map<string, ForeignActor>();

  const add = (message: JsonObject, sessionId: string, definition: unknown): void => {
    const { parentId, name, snapshot } = message;
    const config = parseDefinition(definition);
    const title = textOf(name) ?? sessionId;
    // Actors that are no machines are given a definition, too, with nothing but an id.
    const isMachine =
      config !== undefined && ['states', 'initial', 'on'].some((member) => Object.hasOwn(config, member));
    const description = isMachine ? textOf(memberOf(config, 'description')) : undefined;
    const machine = isMachine ? draw(config, title, description) : undefined;
    const parent = actors.get(textOf(parentId) ?? '')?.key;
    const key = `${prefix}.${sessionId}`;
    const input = isJsonObject(snapshot) ? memberOf(snapshot, 'input') : undefined;
    const graph = machine === undefined ? undefined : graphOf(machine);
    if (!actors.has(sessionId) && actors.size >= MAX_ACTORS) forgetOldest();
    actors.set(sessionId, { key, graph, states: [], event: '', context: undefined });
    stream.put(key, {
      kind: 'actor',
      name: title,
      ...(parent === undefined ? {} : { parent }),
      ...(machine === undefined ? {} : { machine }),
      ...(input === undefined ? {} : { input }),
    });
    const first = actors.get(sessionId);
    if (first !== undefined && isJsonObject(snapshot) && memberOf(snapshot, 'value') !== undefined)
      putSnapshot(first, snapshot);
  };
  const forgetOldest = (): void => {
    const [oldest] = actors.keys();
    if (oldest !== undefined) actors.delete(oldest);
  };

  const putSnapshot = (actor: ForeignActor, snapshot: JsonObject): void => {
    const { status, value, context, output, error } = snapshot;
    const states = activeStates(value);
    const taken =
      actor.graph === undefined ? [] : edgesBetween(actor.graph, actor.states, states, actor.event);
    actor.states = states;
    actor.event = '';
    const text = context === undefined ? undefined : JSON.stringify(context);
    const isSame = text === actor.context;
    actor.context = text;
    stream.put(actor.key, {
      kind: 'snapshot',
      status: textOf(status) ?? 'active',
      states,
      taken,
      ...(isSame || context === undefined ? {} : { context }),
      ...(output === undefined ? {} : { output }),
      ...(error === undefined ? {} : { error }),
    });
  };

  return (text) => {
    const { definition, ...rest } = parseObject(text) ?? {};
    const message = toPlainJson(rest);
    if (!isJsonObject(message)) return;
    const sessionId = textOf(memberOf(message, 'sessionId'));
    if (sessionId === undefined || sessionId === '') return;
    const { type, event, sourceId, snapshot } = message;
    if (type === '@xstate.actor') return add(message, sessionId, definition);
    const actor = actors.get(sessionId);
    if (actor === undefined) return;
    if (type === '@xstate.event' && isJsonObject(event)) {
      const { type: name, ...data } = event;
      actor.event = textOf(name) ?? '';
      if (/^xstate\.(?:promise|observable)\./.test(actor.event)) return;
      const source = actors.get(textOf(sourceId) ?? '')?.key;
      stream.put(actor.key, {
        kind: 'event',
        type: actor.event,
        event: data,
        ...(source === undefined ? {} : { source }),
      });
    }
    if (type === '@xstate.snapshot' && isJsonObject(snapshot)) putSnapshot(actor, snapshot);
  };
}

/** Reads a text that should be a JSON object; `undefined` when it is none. */
function parseObject(text: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A machine's configuration; it is a text in the message, and long where the machine is large. */
function parseDefinition(text: unknown): JsonObject | undefined {
  const config = toPlainJson(parseObject(text), MAX_DEFINITION_VALUES);
  return isJsonObject(config) ? config : undefined;
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
