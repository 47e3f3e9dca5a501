import { edgeWords } from './edge-words.ts';
import type { DiagramEdge, DiagramGraph, DiagramNode, NodeKind } from './graph.ts';
import { ownMember, ownText } from './own-member.ts';
import { readConfig, type StateConfig, type TransitionConfig } from './read-config.ts';

/** An edge and the transition that it was made of. */
export interface ReadEdge {
  readonly edge: DiagramEdge;
  readonly transition: TransitionConfig;
}

/** A graph, and where its edges come from. */
export interface ReadGraph {
  readonly graph: DiagramGraph;
  readonly edges: readonly ReadEdge[];
}

/**
 * Nodes and edges of any XState 5 machine: of its configuration, as an object or as JSON, or of what `toJSON` gives.
 * States and edges of machines that were compiled from Arazzo are known by their tags, guards and actions.
 *
 * @throws UsageError when it is no configuration, or one that is too deep or too large
 */
export function graphOfConfig(config: unknown): ReadGraph {
  const root = readConfig(config);
  const targets = targetsIn(root);
  const edges = edgesOf(root, targets);
  const nodes = [...startsOf(root), ...root.children.map((child) => nodeOf(child, root.type))];
  const graph: DiagramGraph = {
    id: root.key,
    ...(root.description === undefined ? {} : { description: root.description }),
    nodes,
    edges: edges.map(({ edge }) => edge),
  };
  return { graph, edges };
}

/** The dot from which a state's inside begins. */
function startsOf(state: StateConfig): readonly DiagramNode[] {
  if (state.type !== 'compound' || !isInside(state.initial, state)) return [];
  let id = join(state.path, '(start)');
  while (state.children.some(({ path }) => path === id)) id += '_';
  return [{ id, kind: 'start', label: '', details: [], tags: [], children: [] }];
}

function isInside(initial: string | undefined, state: StateConfig): initial is string {
  return initial !== undefined && state.children.some(({ path }) => isWithin(initial, path));
}

/** Whether a path is another one or below it. */
function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`);
}

function nodeOf(state: StateConfig, parent: StateConfig['type']): DiagramNode {
  const { path, key, meta, description, tags } = state;
  const stepId = ownText(meta, 'stepId');
  const pointer = ownText(meta, 'pointer');
  const kind = kindOf(state, parent);
  return {
    id: path,
    kind,
    label: kind === 'history' ? (state.history === 'deep' ? 'H*' : 'H') : key,
    details: detailsOf(state, kind),
    ...(description === undefined ? {} : { description }),
    ...(stepId === undefined ? {} : { stepId }),
    ...(pointer === undefined ? {} : { pointer }),
    tags,
    children: [...startsOf(state), ...state.children.map((child) => nodeOf(child, state.type))],
  };
}

const FINAL_KINDS: ReadonlyMap<string, NodeKind> = new Map([
  ['done', 'final-done'],
  ['failed', 'final-failed'],
  ['cancelled', 'final-cancelled'],
]);

function kindOf(state: StateConfig, parent: StateConfig['type']): NodeKind {
  if (state.type === 'final') return FINAL_KINDS.get(state.key) ?? 'final';
  if (state.type === 'history' || state.type === 'parallel') return state.type;
  if (parent === 'parallel') return 'region';
  if (state.type === 'compound') return 'compound';
  if (state.tags.includes('waiting')) return 'waiting';
  const [invoke] = state.invokes;
  const stepTag = state.tags.find((tag) => tag.startsWith('step:'))?.slice('step:'.length);
  if (stepTag === undefined) return invoke === undefined && !state.tags.includes('busy') ? 'plain' : 'busy';
  if (invoke?.src === 'wait') return 'backoff';
  // What runs before a retry belongs to the step that is retried, and invokes the actor of another one.
  const runsAnother = invoke !== undefined && invoke.src !== stepTag && !invoke.src.endsWith(`.${stepTag}`);
  return runsAnother ? 'recovering' : 'busy';
}

function detailsOf(state: StateConfig, kind: NodeKind): readonly string[] {
  const { meta } = state;
  switch (kind) {
    case 'busy': {
      const method = ownText(meta, 'method');
      const path = ownText(meta, 'path');
      if (method !== undefined && path !== undefined) return [`${method.toUpperCase()} ${path}`];
      return state.invokes.map(({ src, id }) => `invokes ${src.startsWith('xstate.invoke.') ? id : src}`);
    }
    case 'compound': {
      const workflowId = ownText(meta, 'workflowId');
      return workflowId === undefined ? [] : [`workflow ${workflowId}`];
    }
    case 'recovering':
      return state.invokes.map(({ src }) => `${src}, before a retry`);
    default:
      return [];
  }
}

/** Finds the state that a target names. */
type FindTarget = (source: StateConfig, target: string) => StateConfig | undefined;

function targetsIn(root: StateConfig): FindTarget {
  const byPath = new Map<string, StateConfig>();
  const byId = new Map<string, StateConfig>();
  const visit = (state: StateConfig): void => {
    byPath.set(state.path, state);
    byId.set(state.id, state);
    state.children.forEach(visit);
  };
  visit(root);
  return (source, target) => {
    if (target.startsWith('#')) {
      const name = target.slice(1);
      const [id = '', ...rest] = name.split('.');
      const base = byId.get(id);
      return byId.get(name) ?? (base === undefined ? undefined : byPath.get(join(base.path, rest.join('.'))));
    }
    if (target.startsWith('.')) return byPath.get(join(source.path, target.slice(1)));
    if (source.path === '') return byPath.get(target);
    return byPath.get(join(source.path.split('.').slice(0, -1).join('.'), target));
  };
}

function join(path: string, rest: string): string {
  return path === '' || rest === '' ? path + rest : `${path}.${rest}`;
}

/** The edges of a state, then those of the states inside it. */
function edgesOf(state: StateConfig, find: FindTarget): readonly ReadEdge[] {
  const own = state.transitions.flatMap((transition) => edgesOfTransition(state, transition, find));
  return [...startEdges(state), ...own, ...state.children.flatMap((child) => edgesOf(child, find))];
}

function startEdges(state: StateConfig): readonly ReadEdge[] {
  const [start] = startsOf(state);
  if (start === undefined || state.initial === undefined) return [];
  const transition: TransitionConfig = {
    event: '',
    index: 0,
    targets: [],
    guard: undefined,
    guardParams: undefined,
    actions: [],
    description: undefined,
  };
  const edge: DiagramEdge = {
    id: idText(`${start.id}::0`),
    from: start.id,
    to: state.initial,
    kind: 'start',
    event: '',
    label: '',
    actions: [],
    forgets: [],
    isInternal: false,
    isMinor: false,
  };
  return [{ edge, transition }];
}

function edgesOfTransition(
  state: StateConfig,
  transition: TransitionConfig,
  find: FindTarget,
): readonly ReadEdge[] {
  const { event, index, actions } = transition;
  const found = transition.targets.map((target) => find(state, target));
  const unknown = transition.targets.filter((_, position) => found[position] === undefined);
  const targets = found.filter((target) => target !== undefined);
  const isInternal = targets.length === 0;
  const words = edgeWords(state, transition, isInternal);
  const forgets = actions.filter(({ type }) => type === 'forget').flatMap(({ params }) => inputsIn(params));
  return (isInternal ? [state] : targets).map((target, position) => {
    const { kind, isMinor, guard } = words;
    const label =
      unknown.length === 0 ? words.label : `${words.label} (no such state: ${unknown.join(', ')})`.trim();
    const edge: DiagramEdge = {
      id: idText(`${state.path}:${event}:${index}${position === 0 ? '' : `:${position}`}`),
      from: state.path,
      to: target.path,
      kind,
      event,
      label,
      ...(guard === undefined ? {} : { guard }),
      actions: actions.map(({ type }) => type),
      forgets,
      isInternal,
      isMinor: isMinor || (kind === 'revise' && target === state),
    };
    return { edge, transition };
  });
}

function inputsIn(params: unknown): readonly string[] {
  const inputs = ownMember(params, 'inputs');
  return Array.isArray(inputs) ? inputs.filter((input) => typeof input === 'string') : [];
}

/** Ids stand in lists that white space separates. */
function idText(text: string): string {
  return text.replaceAll(/\s/g, '_');
}
