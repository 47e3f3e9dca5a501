import { isJsonObject } from '../document/json.ts';
import { UsageError } from '../machines/usage-error.ts';
import { ownList, ownMember, ownText, ownTexts } from './own-member.ts';

/** A state as its configuration says it, whoever wrote it. */
export interface StateConfig {
  /** The dotted path; empty for the machine itself. */
  readonly path: string;
  readonly key: string;
  /** What XState calls it in the types of events. */
  readonly id: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** The paths of the first states, where there are any. */
  readonly initial: string | undefined;
  readonly history: 'shallow' | 'deep';
  readonly invokes: readonly { readonly id: string; readonly src: string }[];
  readonly tags: readonly string[];
  readonly meta: unknown;
  readonly description: string | undefined;
  readonly transitions: readonly TransitionConfig[];
  readonly children: readonly StateConfig[];
}

/** A transition as its configuration says it. */
export interface TransitionConfig {
  readonly event: string;
  /** Where among the transitions of its state on the same event. */
  readonly index: number;
  /** As written: a sibling, `.child` or `#id`. */
  readonly targets: readonly string[];
  readonly guard: string | undefined;
  readonly guardParams: unknown;
  readonly actions: readonly { readonly type: string; readonly params: unknown }[];
  readonly description: string | undefined;
}

/** States inside states inside states: deeper is not drawn. */
const MAX_DEPTH = 50;
/** As many as a compiled machine may have. */
const MAX_STATES = 5000;

/**
 * Reads a machine's configuration: `machine.config`, the same as JSON, or what `machine.toJSON()` gives. What it does
 * not know it leaves out.
 *
 * @throws UsageError when it is no configuration, or one that is too deep or too large
 */
export function readConfig(config: unknown): StateConfig {
  const isMachine = ['states', 'on', 'invoke', 'initial', 'id', 'key'].some(
    (name) => ownMember(config, name) !== undefined,
  );
  if (!isJsonObject(config) || !isMachine) {
    throw new UsageError(
      'invalid-option',
      'This is no XState machine. Give a plan, a machine, or what `machine.config` or `machine.toJSON()` is.',
    );
  }
  let count = 0;
  const read = (value: unknown, key: string, path: readonly string[], machine: string): StateConfig => {
    count += 1;
    if (count > MAX_STATES || path.length > MAX_DEPTH) {
      const limit = count > MAX_STATES ? `${MAX_STATES} states` : `${MAX_DEPTH} states inside each other`;
      throw new UsageError('invalid-option', `A machine with more than ${limit} cannot be drawn.`);
    }
    const id = ownText(value, 'id') ?? [machine, ...path].join('.');
    const children = isJsonObject(ownMember(value, 'states'))
      ? Object.entries(ownMember(value, 'states') as object).map(([name, child]: [string, unknown]) =>
          read(child, name, [...path, name], machine),
        )
      : [];
    const invokes = ownList(value, 'invoke').map((invoke, index) => ({
      id: ownText(invoke, 'id') ?? `${index}.${id}`,
      src: nameOf(ownMember(invoke, 'src')) ?? '',
      onDone: ownMember(invoke, 'onDone'),
      onError: ownMember(invoke, 'onError'),
      onSnapshot: ownMember(invoke, 'onSnapshot'),
    }));
    return {
      path: path.join('.'),
      key,
      id,
      type: typeOf(value, children),
      initial: initialOf(value, path, machine),
      history: ownText(value, 'history') === 'deep' ? 'deep' : 'shallow',
      invokes,
      tags: ownTexts(value, 'tags'),
      meta: ownMember(value, 'meta'),
      description: ownText(value, 'description'),
      transitions: transitionsOf(value, id, invokes),
      children,
    };
  };
  const machine = ownText(config, 'id') ?? ownText(config, 'key') ?? '(machine)';
  return read(config, machine, [], machine);
}

function typeOf(value: unknown, children: readonly StateConfig[]): StateConfig['type'] {
  const type = ownText(value, 'type');
  if (type === 'parallel' || type === 'final' || type === 'history') return type;
  return children.length > 0 ? 'compound' : 'atomic';
}

/** The first state as a path: `initial` is a name, an object with a `target`, or in a definition one with ids. */
function initialOf(value: unknown, path: readonly string[], machine: string): string | undefined {
  const initial = ownMember(value, 'initial');
  const [target] = typeof initial === 'string' ? [initial] : ownTexts(initial, 'target');
  if (target === undefined) return undefined;
  const prefix = `#${[machine, ...path].join('.')}.`;
  const name = target.startsWith(prefix) ? target.slice(prefix.length) : target.replace(/^\./, '');
  return [...path, name].join('.');
}

interface InvokeConfig {
  readonly id: string;
  readonly onDone: unknown;
  readonly onError: unknown;
  readonly onSnapshot: unknown;
}

/** The transitions of a state in the order in which XState keeps them. */
function transitionsOf(
  value: unknown,
  id: string,
  invokes: readonly InvokeConfig[],
): readonly TransitionConfig[] {
  const found: TransitionConfig[] = [];
  const counts = new Map<string, number>();
  const add = (event: string, written: unknown): void => {
    const list: readonly unknown[] = Array.isArray(written) ? written : [written];
    for (const one of list) {
      if (one === undefined || one === null) continue;
      const index = counts.get(event) ?? 0;
      counts.set(event, index + 1);
      found.push(transitionOf(one, event, index));
    }
  };
  const definition = ownMember(value, 'transitions');
  if (Array.isArray(definition)) {
    // What `toJSON` gives has them all in one list, and each names its event.
    for (const one of definition) add(ownText(one, 'eventType') ?? '', one);
    return found;
  }
  add('', ownMember(value, 'always'));
  const on = ownMember(value, 'on');
  if (isJsonObject(on)) for (const [event, written] of Object.entries(on)) add(event, written);
  add(`xstate.done.state.${id}`, ownMember(value, 'onDone'));
  for (const invoke of invokes) {
    add(`xstate.done.actor.${invoke.id}`, invoke.onDone);
    add(`xstate.error.actor.${invoke.id}`, invoke.onError);
    add(`xstate.snapshot.${invoke.id}`, invoke.onSnapshot);
  }
  const after = ownMember(value, 'after');
  if (isJsonObject(after))
    for (const [delay, written] of Object.entries(after)) add(`xstate.after.${delay}.${id}`, written);
  return found;
}

function transitionOf(written: unknown, event: string, index: number): TransitionConfig {
  if (typeof written === 'string') {
    return {
      event,
      index,
      targets: [written],
      guard: undefined,
      guardParams: undefined,
      actions: [],
      description: undefined,
    };
  }
  const guard = ownMember(written, 'guard') ?? ownMember(written, 'cond');
  return {
    event,
    index,
    targets: ownTexts(written, 'target'),
    guard: nameOf(guard),
    guardParams: ownMember(guard, 'params'),
    actions: ownList(written, 'actions').flatMap((action) => {
      const type = nameOf(action);
      return type === undefined ? [] : [{ type, params: ownMember(action, 'params') }];
    }),
    description: ownText(written, 'description'),
  };
}

/** What something is called that may be a name, an object with a `type`, or a function. */
function nameOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return value.name === '' ? 'inline' : value.name;
  return ownText(value, 'type') ?? ownText(value, 'name') ?? 'inline';
}
