import type { Clock } from '../services/wait-service.ts';
import { PRIVATE } from './problem.ts';
import type { RunView } from './run-view.ts';

export interface StreamSource {
  readonly clock: Clock;
  readonly pingMs: number;
  /** Starts to give views; gives what ends it. */
  readonly follow: (next: (view: RunView) => void) => () => void;
  /** Called once when the stream is over. */
  readonly onEnd: () => void;
  /** Whose client it is for. */
  readonly request: Request;
  /** Ends the stream, for the client to come back to somebody who still knows of changes. */
  readonly closed: AbortSignal;
}

/**
 * A run as server-sent events: each is the whole view, and its id the revision. A client that is slow gets the latest
 * view and none of those between. The stream ends with the run.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function streamResponse({ clock, pingMs, follow, onEnd, request, closed }: StreamSource): Response {
  const encoder = new TextEncoder();
  let latest: RunView | undefined;
  let wake: (() => void) | undefined;
  let isOver = false;
  let isCancelled = false;
  let unfollow: () => void = () => undefined;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    // This holds the request for as long as the stream is open: its signal is dead once the request is collected.
    request.signal.removeEventListener('abort', end);
    closed.removeEventListener('abort', end);
    unfollow();
    onEnd();
    wake?.();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        controller.enqueue(encoder.encode('retry: 1000\n\n'));
        unfollow = follow((view) => {
          latest = view;
          wake?.();
        });
        if (request.signal.aborted) end();
        else {
          request.signal.addEventListener('abort', end, { once: true });
          closed.addEventListener('abort', end, { once: true });
        }
      },
      pull: async (controller) => {
        if (latest === undefined && !isOver) {
          await new Promise<void>((resolve) => {
            const timer = clock.setTimeout(resolve, pingMs);
            wake = () => {
              clock.clearTimeout(timer);
              resolve();
            };
          });
          wake = undefined;
        }
        const view = latest;
        latest = undefined;
        if (isCancelled) return;
        if (isOver) return controller.close();
        if (view === undefined) return controller.enqueue(encoder.encode(': still here\n\n'));
        controller.enqueue(
          encoder.encode(`id: ${view.revision}\nevent: run\ndata: ${JSON.stringify(view)}\n\n`),
        );
        if (view.status === 'active') return;
        end();
        controller.close();
      },
      cancel: () => {
        isCancelled = true;
        end();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: { ...PRIVATE, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  });
}
