// Runs in a thread of its own: laying out a large machine takes long, and must not hold up what is shown of others.
import { parentPort } from 'node:worker_threads';
import type { DiagramGraph } from '../diagram/graph.ts';
import { toSvg } from '../diagram/to-svg.ts';

/** What the thread is asked. */
export interface PictureRequest {
  readonly id: number;
  readonly graph: DiagramGraph;
}

/** What it answers; without `svg` the graph cannot be drawn. */
export interface PictureReply {
  readonly id: number;
  readonly svg?: string;
}

// The layout engine is loaded with the first picture: better now than when somebody waits.
void toSvg({ id: 'none', nodes: [], edges: [] });

const port = parentPort;
port?.on('message', ({ id, graph }: PictureRequest) => {
  void toSvg(graph, { style: 'none' }).then(
    (svg) => port.postMessage({ id, svg } satisfies PictureReply),
    () => port.postMessage({ id } satisfies PictureReply),
  );
});
