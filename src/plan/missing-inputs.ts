import { callNode, waitNode, type Draft, type DraftFlow, type Node } from './draft-edges.ts';

/** Which inputs may be absent where. */
export interface MissingInputs {
  /** The node that an edge leads to. */
  nodeOf(edge: Draft): Node;
  /** The node of the first step. */
  readonly initial: Node;
  /** The inputs that may be absent in a node; `undefined` where nothing leads there. */
  in(node: Node): ReadonlySet<string> | undefined;
  /** Those of them that may be absent when the node is entered from elsewhere: what a waiting state is named after. */
  onEntry(node: Node): ReadonlySet<string>;
}

/**
 * Follows the inputs that may be absent along all edges, from the start until nothing changes any more. A step is
 * entered by its waiting state only when one of the inputs that it needs may be absent on that very edge.
 */
export function followMissingInputs(
  { drafts, drawn, asked, required }: DraftFlow,
  given: ReadonlySet<string>,
): MissingInputs {
  const known = new Set(asked.map((input) => input.name));
  const absent = new Map<Node, Set<string>>();
  const outOf = new Map<Node, Draft[]>();
  for (const edge of drafts) {
    const edges = outOf.get(edge.from);
    if (edges === undefined) outOf.set(edge.from, [edge]);
    else edges.push(edge);
  }
  const entry = (index: number, missing: ReadonlySet<string>): Node =>
    (required[index] ?? []).some((input) => missing.has(input)) ? waitNode(index) : callNode(index);
  const missingOn = (edge: Draft): ReadonlySet<string> => {
    const missing = new Set(absent.get(edge.from));
    // Whoever proceeds from a waiting state has everything that its step needs.
    if (edge.from.startsWith('wait ') && typeof edge.to === 'object' && edge.to.node.startsWith('call ')) {
      for (const input of required[Number(edge.from.slice(5))] ?? []) missing.delete(input);
    }
    for (const input of edge.forget) if (known.has(input)) missing.add(input);
    return missing;
  };
  const nodeOf = (edge: Draft): Node =>
    typeof edge.to === 'number' ? entry(edge.to, missingOn(edge)) : edge.to.node;

  const queue: Node[] = [];
  const entered = new Map<Node, Set<string>>();
  const reach = (node: Node, missing: ReadonlySet<string>, from?: Node): void => {
    if (from !== node) entered.set(node, new Set([...(entered.get(node) ?? []), ...missing]));
    const before = absent.get(node);
    if (before !== undefined && [...missing].every((input) => before.has(input))) return;
    absent.set(node, new Set([...(before ?? []), ...missing]));
    queue.push(node);
  };
  const spread = (): void => {
    for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
      for (const edge of outOf.get(node) ?? []) {
        // The way back of a failed repeat exists only where that waiting state does.
        const isReturn = typeof edge.to === 'object' && edge.to.node.startsWith('wait ');
        if (!isReturn || absent.has(edge.to.node)) reach(nodeOf(edge), missingOn(edge), node);
      }
      // A waiting state that appears opens the way back to it.
      if (!node.startsWith('wait ')) continue;
      for (const back of drawn[Number(node.slice(5))]?.returns ?? [])
        if (absent.has(back.from)) queue.push(back.from);
    }
  };
  const start = new Set([...known].filter((input) => !given.has(input)));
  reach(entry(0, start), start);
  spread();
  // Steps that nothing leads to are drawn as well, as if everything were there.
  for (const { index } of drawn) reach(callNode(index), new Set());
  spread();
  return {
    nodeOf,
    initial: entry(0, start),
    in: (node) => absent.get(node),
    onEntry: (node) => entered.get(node) ?? new Set(),
  };
}
