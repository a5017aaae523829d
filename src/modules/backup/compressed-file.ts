import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline as connect, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** Fast; text compresses well at any level. */
const LEVEL = 3;

/** Creates a transform that hashes the data and passes it on. */
export const createHashTransform = (hash: Hash): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });

/**
 * Writes a stream to a new file with gzip. Returns the SHA-256 (hex) of the file.
 * @param through streams that the content passes first
 */
export async function writeCompressed(
  content: Readable,
  path: string,
  through: Transform[] = [],
): Promise<string> {
  const hash = createHash('sha256');
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline([
    content,
    ...through,
    createGzip({ level: LEVEL }),
    createHashTransform(hash),
    file,
  ]);
  return hash.digest('hex');
}

/** Reads the content of a file that `writeCompressed` wrote. */
export function readCompressed(path: string): Readable {
  const content = createGunzip();
  // A file error also destroys the returned stream, so the callback has nothing to do.
  connect(createReadStream(path), content, () => undefined);
  return content;
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Reads the lines of a compressed file in batches. */
export async function* readLines(path: string, size: number): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const line of linesOf(readCompressed(path))) {
    batch.push(line);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* linesOf(content: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of content.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}
