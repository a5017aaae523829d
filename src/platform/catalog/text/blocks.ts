/**
 * Number of bytes decoded and parsed in one step. A block has up to a few thousand rows and takes a few
 * milliseconds.
 */
const BLOCK_BYTES = 64 * 1024;

/**
 * Splits the bytes into blocks of equal size, regardless of the chunks that the socket delivers. With single-byte
 * chunks, each byte would cause the incomplete record to be parsed again.
 */
export async function* toBlocks(
  source: AsyncIterable<Buffer>,
  blockBytes = BLOCK_BYTES,
): AsyncGenerator<Buffer> {
  let pendingChunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    pendingChunks.push(chunk);
    length += chunk.length;
    if (length < blockBytes) continue;

    const joinedChunks = pendingChunks.length === 1 ? chunk : Buffer.concat(pendingChunks, length);
    let start = 0;
    for (; start + blockBytes <= length; start += blockBytes)
      yield joinedChunks.subarray(start, start + blockBytes);
    pendingChunks = start < length ? [joinedChunks.subarray(start)] : [];
    length -= start;
  }
  if (length > 0) yield Buffer.concat(pendingChunks, length);
}
