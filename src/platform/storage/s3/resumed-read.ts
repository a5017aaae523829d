import { Readable } from 'node:stream';
import { StorageUnavailableError } from '../../errors/storage-errors.js';

/** Maximum number of consecutive interruptions without any bytes received between them. */
const MAX_INTERRUPTIONS = 5;

const INTERRUPTED_MESSAGE =
  'The S3 server repeatedly ended responses early. Check the server and any proxies between the server and Pressroom.';

/** Opens the content at `position`. */
export type OpenAtPosition = (position: number) => Promise<Readable>;

/**
 * Reads `bytes` bytes. Replaces an interrupted or stalled connection with one that continues at the
 * same position. Long downloads therefore survive interruptions.
 * @param initialBody stream that starts at position 0
 */
export function readWithResume(
  initialBody: Readable,
  bytes: number,
  openAt: OpenAtPosition,
): Readable {
  const content = Readable.from(readChunks(initialBody, bytes, openAt), { objectMode: false });
  // If the content is never read, the generator does not start and does not close the connection.
  content.once('close', () => initialBody.destroy());
  return content;
}

async function* readChunks(
  initialBody: Readable,
  bytes: number,
  openAt: OpenAtPosition,
): AsyncGenerator<Buffer> {
  let body = initialBody;
  let position = 0;
  let interruptionCount = 0;
  try {
    let reader = body.iterator() as AsyncIterator<Buffer>;
    while (position < bytes) {
      const chunkOrError = await readNext(reader);
      if (chunkOrError instanceof Buffer) {
        position += chunkOrError.length;
        interruptionCount = 0;
        yield chunkOrError;
        continue;
      }
      interruptionCount += 1;
      if (interruptionCount > MAX_INTERRUPTIONS)
        throw new StorageUnavailableError(chunkOrError, INTERRUPTED_MESSAGE);
      body.destroy();
      body = await openAt(position);
      reader = body.iterator() as AsyncIterator<Buffer>;
    }
  } finally {
    body.destroy();
  }
}

/** Returns the next chunk, or the error that ended the stream. */
async function readNext(reader: AsyncIterator<Buffer>): Promise<Buffer | Error> {
  try {
    const { done, value } = await reader.next();
    return done ? new Error('The stream ended before its expected length.') : value;
  } catch (error) {
    return error as Error;
  }
}
