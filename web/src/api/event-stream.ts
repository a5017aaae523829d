export interface ServerEvent {
  type: string;
  data: string;
}

/**
 * Reads `text/event-stream` (HTML Living Standard, 9.2.6). EventSource cannot send the key and does not
 * report why a connection was refused.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as never)
    .getReader() as unknown as ReadableStreamDefaultReader<string>;
  let buffer = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value;
      const blocks = buffer.split('\n\n');
      buffer = blocks.pop()!;
      // A comment (the heartbeat) becomes an event without data, which shows that the connection works.
      for (const block of blocks) yield parseEvent(block);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseEvent(block: string): ServerEvent {
  const readField = (name: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ''))
      .join('\n');
  return { type: readField('event'), data: readField('data') };
}
