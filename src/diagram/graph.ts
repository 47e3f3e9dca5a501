/**
 * What a state is, for its look. `region` is a child of a parallel state; `start` is the dot from which a machine, or
 * the inside of a state, begins.
 */
export type NodeKind =
  | 'start'
  | 'waiting'
  | 'busy'
  | 'backoff'
  | 'recovering'
  | 'plain'
  | 'compound'
  | 'parallel'
  | 'region'
  | 'history'
  | 'final'
  | 'final-done'
  | 'final-failed'
  | 'final-cancelled';

/** A state of a machine, and the states inside it. */
export interface DiagramNode {
  /** The dotted path of the state: what `snapshot.value` says. A start has that of its parent and ends in `(start)`. */
  readonly id: string;
  readonly kind: NodeKind;
  /** The state's own name: the last part of the path. */
  readonly label: string;
  /** What it does, in a few words: the method and path of a request, the inputs that are asked for. */
  readonly details: readonly string[];
  readonly description?: string;
  readonly stepId?: string;
  /** JSON Pointer of the step, or of the called workflow, in its document. */
  readonly pointer?: string;
  readonly tags: readonly string[];
  readonly children: readonly DiagramNode[];
}

/**
 * What an edge is, for its look: a step's success or failure, a retry and the way back from it, what a person sends
 * (`submit`, `repeat`, `revise`, `cancel`), the `timeout` of what a person is asked for, a delay (`after`), an edge without event (`always`), any other `event`,
 * and the `start`.
 */
export type EdgeKind =
  | 'start'
  | 'success'
  | 'failure'
  | 'retry'
  | 'submit'
  | 'repeat'
  | 'revise'
  | 'cancel'
  | 'timeout'
  | 'after'
  | 'always'
  | 'event';

/** A transition of a machine: one for each target. */
export interface DiagramEdge {
  /**
   * `<path of the source>:<type of the event>:<index>`, where the index counts the source's transitions on that event
   * in the order in which XState tries them; white space in it is an underscore. A second target adds `:<number>`.
   */
  readonly id: string;
  /** The path of the source; the empty text is the machine itself. */
  readonly from: string;
  /** The path of the target; the source where there is none. */
  readonly to: string;
  readonly kind: EdgeKind;
  /** The type of the event as XState names it, `xstate.done.actor.…` among them; empty for `always`. */
  readonly event: string;
  /** What it is called: the name of an action of the document, the event and what it brings. May be empty. */
  readonly label: string;
  /** The condition: criteria as their author wrote them, or the name of a guard. */
  readonly guard?: string;
  /** The names of the actions that are run. */
  readonly actions: readonly string[];
  /** The inputs that it forgets, so that they are asked for again. */
  readonly forgets: readonly string[];
  /** JSON Pointer of the action or the step that the edge comes from, in its document. */
  readonly pointer?: string;
  /** It leads nowhere: the state is kept. */
  readonly isInternal: boolean;
  /** Bookkeeping of the machine that pictures leave out. */
  readonly isMinor: boolean;
}

/**
 * A machine as nodes and edges: what diagrams are made from. Plain JSON.
 *
 * @see https://stately.ai/docs/state-machines-and-statecharts
 */
export interface DiagramGraph {
  /** The id of the machine: the workflowId. */
  readonly id: string;
  readonly description?: string;
  /** JSON Pointer of the workflow in its document. */
  readonly pointer?: string;
  readonly nodes: readonly DiagramNode[];
  /** In document order: those of the machine, then those of each state. */
  readonly edges: readonly DiagramEdge[];
}

/** Every node, each before those inside it. */
export function allNodes(nodes: readonly DiagramNode[]): readonly DiagramNode[] {
  return nodes.flatMap((node) => [node, ...allNodes(node.children)]);
}
