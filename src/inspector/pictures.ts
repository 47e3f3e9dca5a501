import { Worker } from 'node:worker_threads';
import type { DiagramGraph } from '../diagram/graph.ts';
import type { PictureReply, PictureRequest } from './picture-worker.ts';
import { readGraph } from './read-graph.ts';

/** Draws machines, each once. */
export interface Pictures {
  /** The picture of a machine that the inspector knows by this key; `undefined` where it cannot be drawn. */
  readonly of: (key: string, graph: DiagramGraph) => Promise<string | undefined>;
  /** The picture of what a recording holds, which may be anything; `undefined` where it cannot be drawn. */
  readonly drawn: (graph: unknown) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

/** A machine that takes longer to be laid out is shown without a picture, in milliseconds. */
const LIMIT_MS = 120_000;

/** As many pictures are waited for at a time. */
const MAX_WAITING = 20;

/** Beside this file, in the sources as well as built. */
const WORKER = new URL(
  import.meta.url.endsWith('.ts') ? 'picture-worker.ts' : 'picture-worker.js',
  import.meta.url,
);

/** Makes the drawer, in a thread of its own that is there before it is needed. What it has drawn it keeps. */
export function createPictures(): Pictures {
  const known = new Map<string, Promise<string | undefined>>();
  const waiting = new Map<number, (svg: string | undefined) => void>();
  let worker: Worker | undefined;
  let count = 0;
  /** Pictures are drawn one after the other, so that the time of each is its own. */
  let last: Promise<unknown> = Promise.resolve();

  const start = (): Worker => {
    const started = new Worker(WORKER);
    started.on('message', ({ id, svg }: PictureReply) => waiting.get(id)?.(svg));
    const lost = (): void => {
      if (worker !== started) return;
      worker = undefined;
      for (const give of waiting.values()) give(undefined);
    };
    started.on('error', lost);
    started.on('exit', lost);
    started.unref();
    return started;
  };
  const draw = (graph: DiagramGraph): Promise<string | undefined> =>
    new Promise((resolve) => {
      count += 1;
      const id = count;
      worker ??= start();
      const drawing = worker;
      const give = (svg: string | undefined): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(svg);
      };
      const timer = setTimeout(() => {
        if (worker === drawing) worker = undefined;
        void drawing.terminate();
        give(undefined);
      }, LIMIT_MS);
      waiting.set(id, give);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
      drawing.postMessage({ id, graph } satisfies PictureRequest);
    });
  let queued = 0;
  const next = async (graph: DiagramGraph): Promise<string | undefined> => {
    if (queued >= MAX_WAITING) return undefined;
    queued += 1;
    const drawn = last.then(() => draw(graph));
    last = drawn;
    const svg = await drawn;
    queued -= 1;
    return svg;
  };
  worker = start();
  return {
    of: (key, graph) => {
      const found = known.get(key);
      if (found !== undefined) return found;
      // Too many at a time: it is asked for again.
      if (queued >= MAX_WAITING) return Promise.resolve(undefined);
      const drawn = next(graph);
      known.set(key, drawn);
      return drawn;
    },
    drawn: async (value) => {
      const graph = readGraph(value);
      return graph === undefined ? undefined : next(graph);
    },
    close: async () => {
      const ending = worker;
      worker = undefined;
      await ending?.terminate();
      for (const give of waiting.values()) give(undefined);
    },
  };
}
