import type { DiagramGraph } from '../diagram/graph.ts';

/** Draws machines, each once. */
export interface Pictures {
  /** The picture of a machine that the inspector knows by this key. */
  readonly of: (key: string, graph: DiagramGraph) => Promise<string | undefined>;
  /** The picture of what a recording holds, which may be anything; `undefined` where it cannot be drawn. */
  readonly drawn: (graph: unknown) => Promise<string | undefined>;
}

/** The layout library is large: it is loaded when the first picture is asked for, or is told to be. */
async function toPicture(graph: DiagramGraph): Promise<string | undefined> {
  try {
    const { toSvg } = await import('../diagram/to-svg.ts');
    return await toSvg(graph, { style: 'none' });
  } catch {
    return undefined;
  }
}

/** Makes the drawer; what it has drawn it keeps. */
export function createPictures(): Pictures {
  const known = new Map<string, Promise<string | undefined>>();
  return {
    of: (key, graph) => {
      const found = known.get(key) ?? toPicture(graph);
      known.set(key, found);
      return found;
    },
    drawn: async (graph) =>
      typeof graph === 'object' && graph !== null ? toPicture(graph as DiagramGraph) : undefined,
  };
}
