import type { FromPage, ToPage } from '../entry.ts';

/** The socket to the inspector. */
export interface Connection {
  readonly send: (message: FromPage) => void;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;

/** Opens the socket, and opens it again when it is lost. */
export function connect(
  onMessage: (message: ToPage) => void,
  onState: (state: 'connected' | 'lost') => void,
): Connection {
  let socket: WebSocket | undefined;
  let delayMs = FIRST_DELAY_MS;
  const open = (): void => {
    const url = new URL('page', document.baseURI);
    url.protocol = 'ws:';
    const opened = new WebSocket(url);
    socket = opened;
    opened.addEventListener('open', () => {
      delayMs = FIRST_DELAY_MS;
      onState('connected');
    });
    opened.addEventListener('message', ({ data }) => onMessage(JSON.parse(String(data)) as ToPage));
    opened.addEventListener('close', () => {
      onState('lost');
      setTimeout(open, delayMs);
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    });
  };
  open();
  return {
    send: (message) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
  };
}
