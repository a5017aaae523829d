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
  /** Owner of the download, which occupies a slot of this owner. */
  owner: string;
  /** Aborts the wait for a slot. */
  signal: AbortSignal;
  /** Statement that runs first, in the same snapshot. Its rows are the first block. */
  firstStatement: Statement;
  /** Additional planner methods to turn off, e.g. `nestloop`. */
  avoidedMethods?: string[];
}

/** The first block is small, so it arrives early. Later blocks have about `BLOCK_CHARACTERS`. */
const FIRST_BLOCK_ROWS = 50;
const MAX_BLOCK_ROWS = 1000;
const BLOCK_CHARACTERS = 256 * 1024;

/** Planner methods that read all rows of a request before they return the first row. Index scans do not. */
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
    // A slow client occupies a connection for a long time, so half of the connections stay available
    // for other work.
    const slotCount = Math.floor(env.DATABASE_CONNECTIONS / 2);
    const maxWaitMs = env.EXPORT_QUEUE_SECONDS * 1000;
    this.slots = semaphores.createDownloadSlots(slotCount, maxWaitMs);
  }

  /**
   * Reads rows in blocks, and fetches the next block while the caller uses the current one. The first block
   * contains the rows of `query.firstStatement`. Returning from the generator early releases the connection.
   *
   * @throws TooManyDownloadsError
   * @throws the reason of `query.signal` if it is aborted
   */
  async *readRows(query: SnapshotQuery): AsyncGenerator<Row[]> {
    const release = await this.slots.acquireSlot(query.owner, query.signal);
    try {
      yield* this.readWithConnection(await this.connections.acquireConnection(), query);
    } finally {
      release();
    }
  }

  private async *readWithConnection(
    { client: connection, release }: ReadConnection,
    { sql, parameters, firstStatement, avoidedMethods = [] }: SnapshotQuery,
  ): AsyncGenerator<Row[]> {
    let isComplete = false;
    try {
      await connection.query(buildBeginStatement([...AVOIDED_METHODS, ...avoidedMethods]));
      const { rows } = await connection.query<Row>({
        text: firstStatement.sql,
        values: firstStatement.parameters,
        rowMode: 'array',
      });
      yield rows;
      yield* readBlocks(connection.query(new Cursor<Row>(sql, parameters, { rowMode: 'array' })));
      await connection.query('COMMIT');
      isComplete = true;
    } finally {
      // Closes the connection of an incomplete read. The pool opens a new one.
      release(!isComplete);
    }
  }
}

async function* readBlocks(cursor: Cursor<Row>): AsyncGenerator<Row[]> {
  let nextRows = cursor.read(FIRST_BLOCK_ROWS);
  for (let rows = await nextRows; rows.length > 0; rows = await nextRows) {
    nextRows = cursor.read(countBlockRows(rows));
    // The promise is awaited after the yield, or never. This handler prevents an unhandled rejection.
    nextRows.catch(() => undefined);
    yield rows;
  }
}

/** Returns the number of rows in the next block. A single row may have a million characters. */
function countBlockRows(rows: Row[]): number {
  const characterCount = rows.reduce((sum, row) => sum + countCharacters(row), 0);
  const rowCount = Math.floor((BLOCK_CHARACTERS * rows.length) / Math.max(1, characterCount));
  return Math.min(MAX_BLOCK_ROWS, Math.max(1, rowCount));
}

const countCharacters = (cell: unknown): number =>
  typeof cell === 'string'
    ? cell.length
    : Array.isArray(cell)
      ? cell.reduce((sum: number, part: unknown) => sum + countCharacters(part), 0)
      : 0;

function buildBeginStatement(avoidedMethods: string[]): string {
  const settings = [...avoidedMethods.map((method) => `enable_${method}`), 'jit'];
  return [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    ...settings.map((name) => `SET LOCAL ${name} = off`),
    'SET LOCAL max_parallel_workers_per_gather = 0',
  ].join(';');
}
