import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEventStream, type StreamEvent } from '../../src/client/event-stream.ts';

async function read(...chunks: readonly (string | Uint8Array)[]): Promise<readonly StreamEvent[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
  const events: StreamEvent[] = [];
  for await (const event of readEventStream(body)) events.push(event);
  return events;
}

describe('a stream of events', () => {
  it('gives type, data and id', async () => {
    expect(await read('event: run\nid: 7\ndata: {"a":1}\n\n')).toEqual([
      { type: 'run', data: '{"a":1}', id: '7' },
    ]);
  });

  it('joins the lines of data, and takes one space after the colon away', async () => {
    expect(await read('data: a\ndata:  b\ndata\n\n')).toEqual([{ type: 'message', data: 'a\n b\n', id: '' }]);
  });

  it('keeps the last id, and passes over comments, fields it does not know and events without data', async () => {
    expect(await read(': hello\nid: 1\nretry: 5\n\nevent: x\n\ndata: y\n\n')).toEqual([
      { type: 'message', data: 'y', id: '1' },
    ]);
  });

  it('gives no event that was not finished', async () => {
    expect(await read('data: a\n\ndata: b\n')).toEqual([{ type: 'message', data: 'a', id: '' }]);
  });

  it('reads the same however the bytes are cut, with every kind of line break', async () => {
    const text = 'event: rün\r\nid: ä1\r\ndata: é€😀\r\n\r\ndata: 2\rdata: 3\r\rid\ndata: 4\n\n';
    const whole = await read(text);
    expect(whole.map(({ data }) => data)).toEqual(['é€😀', '2\n3', '4']);
    const bytes = new TextEncoder().encode(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.slice(places[index], end));
        expect(await read(...chunks)).toEqual(whole);
      }),
    );
  });

  it('refuses an event without an end', async () => {
    const endless = Array.from({ length: 5 }, () => 'x'.repeat(1024 * 1024));
    await expect(read('data: ', ...endless)).rejects.toThrow('too long');
    await expect(read(...endless.map((text) => `data: ${text}\n`))).rejects.toThrow('too long');
    await expect(read(...endless.map((text) => `data: ${text}\n\n`))).resolves.toHaveLength(5);
  });
});
