import { Injectable } from '@nestjs/common';
import Cursor from 'pg-cursor';
import type { DownloadSlots } from '../concurrency/download-slots.js';
import { FairSemaphores } from '../concurrency/fair-semaphores.js';
import { Env } from '../config/env.js';
import { type ReadConnection, ReadConnections } from './read-connections.js';

export type Row = unknown[];

export interface Statement {
  sql: string;
  parameters: unknown[];
}

export interface SnapshotQuery extends Statement {
  /** Owner of the download, who occupies the slot. */
  owner: string;
  /** Aborts the wait for a slot. */
  signal: AbortSignal;
  /** Runs first, in the same snapshot; its rows are the first block. */
  first: Statement;
  /** Further planner methods to turn off, e.g. `nestloop`. */
  avoid?: string[];
}

/** The first block is small to arrive early. Later blocks have about `BLOCK_CHARACTERS`. */
const FIRST_ROWS = 50;
const MAX_ROWS = 1000;
const BLOCK_CHARACTERS = 256 * 1024;

/** Planner methods that sort or hash a whole request before the first row. Indexes are in order. */
const AVOIDED_METHODS = ['sort', 'seqscan', 'bitmapscan', 'hashjoin', 'hashagg', 'material'];

/** Reads large results in order, in constant memory, from one snapshot of the replica or the primary. */
@Injectable()
export class SnapshotReader {
  private readonly slots: DownloadSlots;

  constructor(
    private readonly connections: ReadConnections,
    env: Env,
    semaphores: FairSemaphores,
  ) {
    // A slow client occupies its connection for a long time. Half of the connections remain for
    // other work.
    const slots = Math.floor(env.DATABASE_CONNECTIONS / 2);
    const maxWaitMs = env.EXPORT_QUEUE_SECONDS * 1000;
    this.slots = semaphores.createDownloadSlots(slots, maxWaitMs);
  }

  /**
   * Reads rows in blocks, fetching the next block while one is used. The first block holds the rows of
   * `query.first`. Returning from the generator early frees the connection.
   *
   * @throws TooManyDownloadsError, the reason of `query.signal`
   */
  async *read(query: SnapshotQuery): AsyncGenerator<Row[]> {
    const release = await this.slots.acquireSlot(query.owner, query.signal);
    try {
      yield* this.readOn(await this.connections.acquire(), query);
    } finally {
      release();
    }
  }

  private async *readOn(
    { client: connection, release }: ReadConnection,
    { sql, parameters, first, avoid = [] }: SnapshotQuery,
  ): AsyncGenerator<Row[]> {
    let clean = false;
    try {
      await connection.query(beginTransaction([...AVOIDED_METHODS, ...avoid]));
      const { rows } = await connection.query<Row>({
        text: first.sql,
        values: first.parameters,
        rowMode: 'array',
      });
      yield rows;
      yield* readBlocks(connection.query(new Cursor<Row>(sql, parameters, { rowMode: 'array' })));
      await connection.query('COMMIT');
      clean = true;
    } finally {
      // A read that ends early also closes its connection; the pool opens another one.
      release(!clean);
    }
  }
}

async function* readBlocks(cursor: Cursor<Row>): AsyncGenerator<Row[]> {
  let next = cursor.read(FIRST_ROWS);
  for (let rows = await next; rows.length > 0; rows = await next) {
    next = cursor.read(countBlockRows(rows));
    // The promise is awaited after the yield, or never. This handler prevents an unhandled rejection.
    next.catch(() => undefined);
    yield rows;
  }
}

/** Sizes a block by the width of the rows, which may reach a megabyte. */
function countBlockRows(rows: Row[]): number {
  const characters = rows.reduce((sum, row) => sum + countCharacters(row), 0);
  const fitting = Math.floor((BLOCK_CHARACTERS * rows.length) / Math.max(1, characters));
  return Math.min(MAX_ROWS, Math.max(1, fitting));
}

const countCharacters = (cell: unknown): number =>
  typeof cell === 'string'
    ? cell.length
    : Array.isArray(cell)
      ? cell.reduce((sum: number, part: unknown) => sum + countCharacters(part), 0)
      : 0;

function beginTransaction(avoid: string[]): string {
  const settings = [...avoid.map((method) => `enable_${method}`), 'jit'];
  return [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    ...settings.map((name) => `SET LOCAL ${name} = off`),
    'SET LOCAL max_parallel_workers_per_gather = 0',
  ].join(';');
}
