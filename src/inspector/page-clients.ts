import type { WebSocket } from 'ws';
import type { ToPage } from './entry.ts';

/** How often pages are told what is new, in milliseconds. */
const TELL_EVERY_MS = 40;

/** A page that reads slower than this is closed; it opens the socket again and is told anew. */
const MAX_BEHIND_BYTES = 64 * 1024 * 1024;

/** Entries are told in parts of about this length, so that a page can draw in between. */
const MAX_PART_LENGTH = 1024 * 1024;

/** The open pages. */
export interface PageClients {
  /** Takes a page in; `greet` is what it is told first, `lines` the entries up to now. */
  readonly add: (
    socket: WebSocket,
    greet: readonly ToPage[],
    lines: readonly string[],
    dropped: number,
  ) => void;
  /** Tells every page. */
  readonly tell: (message: ToPage) => void;
  /** Tells every page of an entry, together with others. */
  readonly tellLine: (line: string) => void;
}

/** Keeps the open pages informed. @param dropped - how many entries were let go by now */
export function createPageClients(dropped: () => number): PageClients {
  const sockets = new Set<WebSocket>();
  let held: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  const send = (socket: WebSocket, text: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_BEHIND_BYTES) socket.terminate();
    else socket.send(text);
  };
  const sendLines = (targets: Iterable<WebSocket>, lines: readonly string[], gone: number): void => {
    const all = [...targets];
    for (let from = 0; from < lines.length;) {
      let to = from;
      let length = 0;
      while (to < lines.length && (to === from || length < MAX_PART_LENGTH)) {
        length += lines[to]?.length ?? 0;
        to += 1;
      }
      // Every line is JSON already.
      const text = `{"type":"entries","dropped":${gone},"entries":[${lines.slice(from, to).join(',')}]}`;
      for (const socket of all) send(socket, text);
      from = to;
    }
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const lines = held;
    held = [];
    sendLines(sockets, lines, dropped());
  };
  return {
    add: (socket, greet, lines, gone) => {
      // What is held back is among `lines`.
      flush();
      for (const message of greet) send(socket, JSON.stringify(message));
      sendLines([socket], lines, gone);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    },
    tell: (message) => {
      flush();
      const text = JSON.stringify(message);
      for (const socket of sockets) send(socket, text);
    },
    tellLine: (line) => {
      if (sockets.size === 0) return;
      held.push(line);
      timer ??= setTimeout(flush, TELL_EVERY_MS);
    },
  };
}
