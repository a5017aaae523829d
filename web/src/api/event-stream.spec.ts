import { describe, expect, it } from 'vitest';
import { readEvents, type ServerEvent } from './event-stream.js';

async function collectEvents(...chunks: (string | Uint8Array)[]): Promise<ServerEvent[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

describe('readEvents()', () => {
  it('readEvents() returns an event whose bytes arrive one at a time', async () => {
    const bytes = new TextEncoder().encode('event: progress\ndata: {"name":"ü"}\n\n');
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await collectEvents(...pieces)).toEqual([{ type: 'progress', data: '{"name":"ü"}' }]);
  });

  it('readEvents() returns a heartbeat as an event without data', async () => {
    expect(await collectEvents('retry: 2000\n\n: still here\n\n')).toEqual([
      { type: '', data: '' },
      { type: '', data: '' },
    ]);
  });

  it('readEvents() does not return an incomplete event', async () => {
    expect(await collectEvents('event: end\ndata: {}')).toEqual([]);
  });
});
