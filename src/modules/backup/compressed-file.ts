import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline as connectStreams, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** A fast level, because text compresses well at any level. */
const GZIP_LEVEL = 3;

/** Creates a transform that hashes the data and forwards it unchanged. */
export const createHashTransform = (hash: Hash): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });

/**
 * Compresses a stream with gzip and writes it to a new file. Returns the SHA-256 (hex) of the file.
 * @param transforms transforms that are applied before compression
 */
export async function writeCompressed(
  content: Readable,
  path: string,
  transforms: Transform[] = [],
): Promise<string> {
  const hash = createHash('sha256');
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline([
    content,
    ...transforms,
    createGzip({ level: GZIP_LEVEL }),
    createHashTransform(hash),
    file,
  ]);
  return hash.digest('hex');
}

/** Reads the content of a file that `writeCompressed` wrote. */
export function readCompressed(path: string): Readable {
  const content = createGunzip();
  // The callback is empty, because a file error also destroys the returned stream.
  connectStreams(createReadStream(path), content, () => undefined);
  return content;
}

export async function computeFileSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Reads the lines of a compressed file in batches. */
export async function* readLines(path: string, batchSize: number): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const line of splitLines(readCompressed(path))) {
    batch.push(line);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* splitLines(content: Readable): AsyncGenerator<string> {
  let incompleteLine = '';
  for await (const chunk of content.setEncoding('utf8')) {
    const lines = (incompleteLine + String(chunk)).split('\n');
    incompleteLine = lines.pop()!;
    yield* lines;
  }
  if (incompleteLine !== '') yield incompleteLine;
}
