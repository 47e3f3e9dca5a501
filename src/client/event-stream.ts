/** One event of a stream. */
export interface StreamEvent {
  /** `message` where the stream names none. */
  readonly type: string;
  readonly data: string;
  /** The last id that the stream gave, up to this event; '' before the first. */
  readonly id: string;
}

/** An event may not be longer: whoever sends more is no server of ours. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/**
 * Reads server-sent events as they come. `fetch` and this, since `EventSource` sends no header of one's own and so no
 * bearer token.
 *
 * @param heard - called for whatever comes, also for what is no event
 * @throws RangeError when an event is longer than 4 Mi characters; whatever the body throws when the connection breaks
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  heard?: () => void,
): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let type = '';
  let data: string[] = [];
  let size = 0;
  let id = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard?.();
      rest += decoder.decode(value, { stream: true });
      if (size + rest.length > MAX_CHARACTERS) throw new RangeError('An event of the stream is too long.');
      // A carriage return at the end may be the first half of a line break.
      const end = rest.endsWith('\r') ? rest.length - 1 : rest.length;
      const lines = rest.slice(0, end).split(/\r\n|\r|\n/);
      rest = `${lines.pop() ?? ''}${rest.slice(end)}`;
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { type: type === '' ? 'message' : type, data: data.join('\n'), id };
          type = '';
          data = [];
          size = 0;
          continue;
        }
        const [, field = '', text = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
        if (field === 'event') type = text;
        else if (field === 'data') {
          data.push(text);
          size += text.length;
        } else if (field === 'id' && !text.includes('\0')) id = text;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
