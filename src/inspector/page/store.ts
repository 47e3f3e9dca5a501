import type { Entry, MachineInfo, Wait } from '../entry.ts';

/** An actor, as its entries say. */
export interface ActorInfo {
  readonly key: string;
  readonly name: string;
  /** The key of the outermost actor that made it. */
  readonly root: string;
  /** The key of the actor that made it. */
  readonly parent: string | undefined;
  /** How many actors made one another until it was made; 0: it is the outermost one. */
  readonly depth: number;
  /** The number of the entry that it began with. */
  readonly since: number;
  readonly machine: string | undefined;
  readonly takesEvents: boolean;
  readonly call: Extract<Entry, { kind: 'actor' }>['call'] | undefined;
  readonly input: Extract<Entry, { kind: 'actor' }>['input'] | undefined;
}

/** What is shown as one line: an event with what came of it, a request that begins, or a change by itself. */
export interface Row {
  /** Counts the rows of an outermost actor, from 0. */
  readonly index: number;
  readonly entry: Entry;
  /** What the event came to. */
  result: Extract<Entry, { kind: 'snapshot' }> | undefined;
  /** The number of the last entry that belongs to this row or to one before it. */
  until: number;
}

/** What is known of one machine at a moment. */
export interface Moment {
  readonly status: string;
  readonly states: readonly string[];
  readonly visited: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
  /** The edges that led to where it is. */
  readonly latest: readonly string[];
  readonly context: unknown;
  readonly output: unknown;
  readonly error: unknown;
  readonly wait: Wait | undefined;
}

/** Everything that the page was told, up to a limit. */
export interface Store {
  readonly machines: Map<string, MachineInfo>;
  readonly actors: ReadonlyMap<string, ActorInfo>;
  /** The outermost actors that are machines, or hold one, newest last. */
  readonly roots: readonly string[];
  readonly add: (entries: readonly Entry[]) => void;
  readonly rowsOf: (root: string) => readonly Row[];
  /**
   * The machines among an outermost actor and all that it made, until the entry of this number: each before those that
   * it made, siblings by their age. Above 100 the newest, and the outermost.
   */
  readonly machinesOf: (root: string, until: number) => readonly string[];
  /** What is known of a machine after the entry of this number. */
  readonly momentOf: (actor: string, until: number) => Moment;
  /** All entries, for a recording. */
  readonly entries: () => readonly Entry[];
  readonly last: () => number;
}

/** More machines of one outermost actor are not offered at a time. */
const MAX_MACHINES = 100;

/** The page keeps as many entries as the server does. */
const MAX_ENTRIES = 20_000;

const NOTHING: Moment = {
  status: 'active',
  states: [],
  visited: new Set(),
  taken: new Set(),
  latest: [],
  context: undefined,
  output: undefined,
  error: undefined,
  wait: undefined,
};

/** Makes an empty store. */
export function createStore(): Store {
  const machines = new Map<string, MachineInfo>();
  const actors = new Map<string, ActorInfo>();
  const roots: string[] = [];
  const rows = new Map<string, Row[]>();
  const own = new Map<string, Entry[]>();
  const open = new Map<string, Row>();
  let entries: Entry[] = [];
  let last = 0;
  const memory = new Map<string, { position: number; until: number; moment: Moment }>();
  /** The actors of an outermost one that are machines. */
  const trees = new Map<string, Set<string>>();

  const addRow = (root: string, entry: Entry): Row => {
    const list = rows.get(root) ?? [];
    rows.set(root, list);
    const until = Math.max(entry.seq, list.at(-1)?.until ?? 0);
    const row: Row = { index: list.length, entry, result: undefined, until };
    list.push(row);
    return row;
  };
  const addActor = (entry: Extract<Entry, { kind: 'actor' }>): void => {
    const parent = actors.get(entry.parent ?? '');
    const root = parent?.root ?? entry.actor;
    actors.set(entry.actor, {
      key: entry.actor,
      name: entry.name,
      root,
      parent: parent?.key,
      depth: parent === undefined ? 0 : parent.depth + 1,
      since: entry.seq,
      machine: entry.machine,
      takesEvents: entry.takesEvents === true,
      call: entry.call,
      input: entry.input,
    });
    if (entry.machine !== undefined || entry.takesEvents === true) addMachine(root, entry.actor);
    if (root === entry.actor) roots.push(root);
    else addRow(root, entry);
  };
  const addMachine = (root: string, actor: string): void => {
    const tree = trees.get(root) ?? new Set();
    trees.set(root, tree);
    tree.add(actor);
  };
  const addOne = (entry: Entry): void => {
    // Told again after the socket was opened again.
    if (entry.seq <= last) return;
    last = entry.seq;
    entries.push(entry);
    const list = own.get(entry.actor) ?? [];
    own.set(entry.actor, list);
    list.push(entry);
    if (entry.kind === 'actor') return addActor(entry);
    const root = actors.get(entry.actor)?.root;
    // Its beginning was let go: there is nothing to hang it on.
    if (root === undefined) return;
    // A machine that could not be drawn is told by its states.
    if (entry.kind === 'snapshot' && entry.states.length > 0) addMachine(root, entry.actor);
    if (entry.kind === 'event') {
      open.set(entry.actor, addRow(root, entry));
      return;
    }
    const row = open.get(entry.actor);
    if (row === undefined) {
      addRow(root, entry).result = entry;
      return;
    }
    open.delete(entry.actor);
    row.result = entry;
    // The rows in between are told of what happened with it.
    for (const later of (rows.get(root) ?? []).slice(row.index))
      later.until = Math.max(later.until, entry.seq);
  };
  const forget = (): void => {
    if (entries.length <= MAX_ENTRIES * 1.2) return;
    // The beginnings stay: without them nothing could be said of what is kept.
    const beginnings = entries.slice(0, -MAX_ENTRIES).filter((entry) => entry.kind === 'actor');
    const kept = [...beginnings.slice(-1000), ...entries.slice(-MAX_ENTRIES)];
    entries = [];
    for (const list of [actors, rows, own, open, memory, trees]) list.clear();
    roots.length = 0;
    last = 0;
    for (const entry of kept) addOne(entry);
  };

  return {
    machines,
    actors,
    roots,
    add: (more) => {
      for (const entry of more) addOne(entry);
      forget();
    },
    rowsOf: (root) => rows.get(root) ?? [],
    machinesOf: (root, until) => {
      const since = (key: string): number => actors.get(key)?.since ?? 0;
      const there = [...(trees.get(root) ?? [])]
        .filter((key) => since(key) <= until)
        .toSorted((one, other) => since(one) - since(other));
      const kept =
        there.length > MAX_MACHINES ? [...there.slice(0, 1), ...there.slice(1 - MAX_MACHINES)] : there;
      return byParent(kept, actors);
    },
    momentOf: (actor, until) => {
      const list = own.get(actor) ?? [];
      // Going on from where the last question of this actor ended, where it was an earlier one.
      const known = memory.get(actor);
      const from = known !== undefined && known.until <= until ? known : { position: 0, moment: NOTHING };
      let { position, moment } = from;
      const folding = createFolding(moment);
      for (; position < list.length; position += 1) {
        const entry = list[position];
        if (entry === undefined || entry.seq > until) break;
        if (entry.kind === 'snapshot') folding.add(entry);
      }
      moment = folding.moment();
      memory.set(actor, { position, until, moment });
      return moment;
    },
    entries: () => entries,
    last: () => last,
  };
}

/** Puts each actor behind the one that made it. */
function byParent(keys: readonly string[], actors: ReadonlyMap<string, ActorInfo>): readonly string[] {
  const listed = new Set(keys);
  const made = new Map<string | undefined, string[]>();
  for (const key of keys) {
    // Actors that are no machines may be in between.
    let parent = actors.get(key)?.parent;
    while (parent !== undefined && !listed.has(parent)) parent = actors.get(parent)?.parent;
    made.set(parent, [...(made.get(parent) ?? []), key]);
  }
  const ordered: string[] = [];
  const rest = (made.get(undefined) ?? []).toReversed();
  for (let key = rest.pop(); key !== undefined; key = rest.pop()) {
    ordered.push(key);
    rest.push(...(made.get(key) ?? []).toReversed());
  }
  return ordered;
}

function createFolding(from: Moment): {
  readonly add: (entry: Extract<Entry, { kind: 'snapshot' }>) => void;
  readonly moment: () => Moment;
} {
  let moment = from;
  let visited: Set<string> | undefined;
  let taken: Set<string> | undefined;
  return {
    add: (entry) => {
      visited ??= new Set(from.visited);
      taken ??= new Set(from.taken);
      for (const state of entry.states) visited.add(state);
      for (const edge of entry.taken) taken.add(edge);
      const { status, states, output, error, wait } = entry;
      const latest = entry.taken.length > 0 ? entry.taken : moment.latest;
      const context = 'context' in entry ? entry.context : moment.context;
      moment = { status, states, visited, taken, latest, context, output, error, wait };
    },
    moment: () => moment,
  };
}
