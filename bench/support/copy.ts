import { createReadStream, createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Runs `COPY … FROM STDIN` with the content of a file. */
export async function copyFromFile(db: Client, statement: string, path: string): Promise<void> {
  await pipeline(
    createReadStream(path, { highWaterMark: 256 * 1024 }),
    db.query(copyFrom(statement)),
  );
}

/** Writes the output of `COPY … TO STDOUT` to a file. */
export async function copyToFile(db: Client, statement: string, path: string): Promise<void> {
  await pipeline(db.query(copyTo(statement)), createWriteStream(path));
}

/** Runs `COPY … TO STDOUT` and discards the rows. @returns the number of bytes */
export async function countCopiedBytes(db: Client, statement: string): Promise<number> {
  let bytes = 0;
  const counter = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done();
    },
  });
  await pipeline(db.query(copyTo(statement)), counter);
  return bytes;
}

/** @returns the duration of `work` in seconds */
export async function measureSeconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
