/** Bytes that are decoded and parsed in one go: some thousand rows, a few milliseconds. */
export const BLOCK_BYTES = 64 * 1024;

/**
 * The same bytes in blocks of one size, whatever the socket delivers. A client that drips single
 * bytes would otherwise make each of them pay for the record that is still open.
 */
export async function* inBlocks(
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
