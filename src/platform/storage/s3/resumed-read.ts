import { Readable } from 'node:stream';
import { StorageUnavailableError } from '../../errors/storage-errors.js';

/** Maximum number of consecutive interruptions without a byte between them. */
const MAX_INTERRUPTIONS = 5;

const INTERRUPTED =
  'The S3 server ends its responses early. Check the server, and proxies between it and Pressroom.';

/** Opens the content at `position`. */
export type OpenAt = (position: number) => Promise<Readable>;

/**
 * Reads `bytes` bytes. Replaces an interrupted or stalled connection by one that continues at the
 * same position. Long downloads therefore survive interruptions.
 * @param first the content from position 0
 */
export function readWithResume(first: Readable, bytes: number, openAt: OpenAt): Readable {
  const content = Readable.from(readChunks(first, bytes, openAt), { objectMode: false });
  // Without a reader, the generator does not start and does not close the connection.
  content.once('close', () => first.destroy());
  return content;
}

async function* readChunks(first: Readable, bytes: number, openAt: OpenAt): AsyncGenerator<Buffer> {
  let body = first;
  let position = 0;
  let interruptions = 0;
  try {
    let reader = body.iterator() as AsyncIterator<Buffer>;
    while (position < bytes) {
      const chunk = await readNext(reader);
      if (chunk instanceof Buffer) {
        position += chunk.length;
        interruptions = 0;
        yield chunk;
        continue;
      }
      interruptions += 1;
      if (interruptions > MAX_INTERRUPTIONS) throw new StorageUnavailableError(chunk, INTERRUPTED);
      body.destroy();
      body = await openAt(position);
      reader = body.iterator() as AsyncIterator<Buffer>;
    }
  } finally {
    body.destroy();
  }
}

/** Returns the next chunk, or the reason why there is none. */
async function readNext(reader: AsyncIterator<Buffer>): Promise<Buffer | Error> {
  try {
    const { done, value } = await reader.next();
    return done ? new Error('the content ended before its length') : value;
  } catch (error) {
    return error as Error;
  }
}
