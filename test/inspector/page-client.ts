import { WebSocket } from 'ws';
import type { Entry, FromPage, MachineInfo, ToPage } from '../../src/inspector/entry.ts';

/** What a page does, without the page. */
export interface PageClient {
  /** Every text that came. */
  readonly texts: readonly string[];
  readonly messages: () => readonly ToPage[];
  readonly entries: () => readonly Entry[];
  readonly machines: () => readonly MachineInfo[];
  readonly send: (message: FromPage) => void;
  /** Sends what a page would not. */
  readonly sendText: (text: string) => void;
  /** Waits until what came fulfils a condition. */
  readonly until: (condition: (entries: readonly Entry[]) => boolean) => Promise<void>;
  readonly close: () => void;
}

/** Opens the socket of an inspector's page. */
export async function openPage(url: string): Promise<PageClient> {
  const target = new URL('page', url);
  target.protocol = 'ws:';
  const socket = new WebSocket(target, { origin: new URL(url).origin });
  const texts: string[] = [];
  const messages: ToPage[] = [];
  const entries: Entry[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    texts.push(text);
    const message = JSON.parse(text) as ToPage;
    messages.push(message);
    if (message.type === 'entries') entries.push(...message.entries);
    for (const check of waiting) check();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    texts,
    messages: () => messages,
    entries: () => entries,
    machines: () => messages.flatMap((message) => (message.type === 'machine' ? [message.machine] : [])),
    sendText: (text) => socket.send(text),
    send: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.terminate(),
    until: (condition) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!condition(entries)) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          const last = texts.slice(-5).map((text) => text.slice(-600));
          reject(new Error(`What was waited for did not come; what came last: ${last.join('\n')}`));
        }, 60_000);
        waiting.add(check);
        check();
      }),
  };
}

/** The states of an actor that came last. */
export function statesIn(entries: readonly Entry[], actor = 'a1'): readonly string[] {
  const last = entries.findLast((entry) => entry.kind === 'snapshot' && entry.actor === actor);
  return last?.kind === 'snapshot' ? last.states : [];
}
