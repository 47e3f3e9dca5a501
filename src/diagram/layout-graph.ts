import type { ELK } from 'elkjs/lib/elk-api.js';
import { UsageError } from '../machines/usage-error.ts';
import { elkGraph } from './elk-graph.ts';
import type { DiagramGraph } from './graph.ts';
import type { Layout } from './layout.ts';
import { pictureOf, type Detail, type PictureNode } from './picture.ts';
import { placePicture } from './place-picture.ts';

/** How a picture is laid out. */
export interface LayoutOptions {
  /**
   * `full`, the default: every edge with its criteria and the inputs that it forgets. `overview`: those whose action
   * has a name say only that.
   */
  readonly detail?: Detail;
  /** Which way the flow goes; default `down`. */
  readonly direction?: 'down' | 'right';
}

/** A layout of more takes minutes. */
const MAX_NODES = 600;

/**
 * Lays out a graph, from the start downwards: layers, lines at right angles, and a place for each label, by the Eclipse
 * Layout Kernel. The same graph gives the same layout on every machine.
 *
 * @throws UsageError when the graph has more than 600 states
 */
export async function layoutGraph(graph: DiagramGraph, options: LayoutOptions = {}): Promise<Layout> {
  const { detail = 'full', direction = 'down' } = options;
  const picture = pictureOf(graph, detail);
  const count = countNodes(picture.nodes);
  if (count > MAX_NODES) {
    throw new UsageError(
      'invalid-option',
      `A machine with ${count} states is too large to be laid out; ${MAX_NODES} are the most. Draw it as Mermaid or JSON.`,
    );
  }
  const elk = await loadElk();
  try {
    return placePicture(picture, await elk.layout(elkGraph(picture, direction)));
  } catch (cause) {
    // Mostly a stack that is too small for what leads where.
    throw new UsageError(
      'invalid-option',
      'The layout engine could not lay out this machine. Draw it as Mermaid or JSON.',
      { cause },
    );
  }
}

function countNodes(nodes: readonly PictureNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + countNodes(children), 0);
}

let engine: Promise<ELK> | undefined;

/** The layout engine is larger than everything else: it is loaded when a picture is asked for. */
function loadElk(): Promise<ELK> {
  engine ??= import('elkjs/lib/elk.bundled.js').then(({ default: Elk }) => new Elk.default());
  return engine;
}
