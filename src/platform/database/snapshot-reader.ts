import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { DownloadSlots } from '../concurrency/download-slots.js';
import { ownersIn } from '../config/api-keys.js';
import { Env } from '../config/env.js';

export type Row = unknown[];

export interface Statement {
  sql: string;
  parameters: unknown[];
}

export interface SnapshotQuery extends Statement {
  /** Owner of the download; its slot is charged to it. */
  owner: string;
  /** Aborts the wait for a slot. */
  signal: AbortSignal;
  /** Runs first, in the same snapshot; its rows are the first block. */
  first: Statement;
  /** Further planner methods to turn off, e.g. `nestloop`. */
  avoid?: string[];
}

/** The first rows are to come at once, later ones in blocks of about this many characters. */
const FIRST_ROWS = 50;
const MAX_ROWS = 1000;
const BLOCK_CHARACTERS = 256 * 1024;

/** Plans that sort or hash a whole request before the first row; indexes have the rows in order. */
const NO_DETOURS = ['sort', 'seqscan', 'bitmapscan', 'hashjoin', 'hashagg', 'material'];

/** Reads large results in order, in flat memory, as they were at one moment. */
@Injectable()
export class SnapshotReader {
  private readonly driver: PostgresDriver;
  private readonly slots: DownloadSlots;

  constructor(@InjectDataSource() dataSource: DataSource, env: Env) {
    this.driver = dataSource.driver as PostgresDriver;
    // A slow client keeps its connection for long: half of them stay for everything else.
    const slots = Math.floor(env.DATABASE_CONNECTIONS / 2);
    const maxWaitMs = env.EXPORT_QUEUE_SECONDS * 1000;
    this.slots = new DownloadSlots(slots, ownersIn(env.API_KEYS), maxWaitMs);
  }

  /**
   * Reads rows in blocks, fetching the next block while one is used. The first block holds the rows of
   * `query.first`. Returning from the generator early frees the connection.
   *
   * @throws TooManyDownloadsError, the reason of `query.signal`
   */
  async *read(query: SnapshotQuery): AsyncGenerator<Row[]> {
    const release = await this.slots.acquire(query.owner, query.signal);
    try {
      yield* this.readOn(await this.driver.obtainMasterConnection(), query);
    } finally {
      release();
    }
  }

  private async *readOn(
    [client, release]: Awaited<ReturnType<PostgresDriver['obtainMasterConnection']>>,
    { sql, parameters, first, avoid = [] }: SnapshotQuery,
  ): AsyncGenerator<Row[]> {
    const connection = client as PoolClient;
    let clean = false;
    try {
      await connection.query(begin([...NO_DETOURS, ...avoid]));
      const { rows } = await connection.query<Row>({
        text: first.sql,
        values: first.parameters,
        rowMode: 'array',
      });
      yield rows;
      yield* blocks(connection.query(new Cursor<Row>(sql, parameters, { rowMode: 'array' })));
      await connection.query('COMMIT');
      clean = true;
    } finally {
      // A read that ends early also closes its connection; the pool opens another one.
      release(!clean);
    }
  }
}

async function* blocks(cursor: Cursor<Row>): AsyncGenerator<Row[]> {
  let next = cursor.read(FIRST_ROWS);
  for (let rows = await next; rows.length > 0; rows = await next) {
    next = cursor.read(rowsOfBlock(rows));
    // It is awaited after the yield, if ever: until then its failure is nobody's.
    next.catch(() => undefined);
    yield rows;
  }
}

/** A row may be as wide as a megabyte: a block has few of those, and many narrow ones. */
function rowsOfBlock(rows: Row[]): number {
  const characters = rows.reduce((sum, row) => sum + widthOf(row), 0);
  const fitting = Math.floor((BLOCK_CHARACTERS * rows.length) / Math.max(1, characters));
  return Math.min(MAX_ROWS, Math.max(1, fitting));
}

const widthOf = (cell: unknown): number =>
  typeof cell === 'string'
    ? cell.length
    : Array.isArray(cell)
      ? cell.reduce((sum: number, part: unknown) => sum + widthOf(part), 0)
      : 0;

function begin(avoid: string[]): string {
  const settings = [...avoid.map((method) => `enable_${method}`), 'jit'];
  return [
    'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
    ...settings.map((name) => `SET LOCAL ${name} = off`),
    'SET LOCAL max_parallel_workers_per_gather = 0',
  ].join(';');
}
