import { createReadStream, createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Sends a file as it is. */
export async function copyIn(db: Client, statement: string, path: string): Promise<void> {
  await pipeline(
    createReadStream(path, { highWaterMark: 256 * 1024 }),
    db.query(copyFrom(statement)),
  );
}

export async function copyToFile(db: Client, statement: string, path: string): Promise<void> {
  await pipeline(db.query(copyTo(statement)), createWriteStream(path));
}

/** @returns the bytes that came, of which nothing is kept */
export async function copyOut(db: Client, statement: string): Promise<number> {
  let bytes = 0;
  const count = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done();
    },
  });
  await pipeline(db.query(copyTo(statement)), count);
  return bytes;
}

/** @returns seconds */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}
