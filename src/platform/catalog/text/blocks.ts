/**
 * Number of bytes that are decoded and parsed in one step: a few thousand rows, a few milliseconds.
 */
const BLOCK_BYTES = 64 * 1024;

/**
 * Returns the same bytes in blocks of one size, independent of the chunks of the socket. With single-byte
 * chunks, each byte would cause the open record to be parsed again.
 */
export async function* toBlocks(
  source: AsyncIterable<Buffer>,
  size = BLOCK_BYTES,
): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < size) continue;

    const joined = waiting.length === 1 ? chunk : Buffer.concat(waiting, length);
    let start = 0;
    for (; start + size <= length; start += size) yield joined.subarray(start, start + size);
    waiting = start < length ? [joined.subarray(start)] : [];
    length -= start;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
