import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { AppError } from '../common/app-error.js';
import { FairPlaces } from '../common/fair-places.js';
import { ownersIn } from '../config/api-keys.js';
import { Env } from '../config/env.js';

export class TooManyDownloadsError extends AppError {
  constructor() {
    super({
      code: 'too_many_downloads',
      status: 429,
      message: 'Too many downloads are under way at the moment. Try again in a few seconds.',
      retryAfterMs: 5000,
    });
  }
}

export type Row = unknown[];

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
  private readonly places: FairPlaces;

  constructor(@InjectDataSource() dataSource: DataSource, env: Env) {
    this.driver = dataSource.driver as PostgresDriver;
    // A slow client keeps its connection for long: half of them stay for everything else.
    const places = Math.floor(env.DATABASE_CONNECTIONS / 2);
    this.places = new FairPlaces(places, ownersIn(env.API_KEYS));
  }

  /**
   * Rows in blocks, the next one being fetched while one is used. Leaving the loop early frees the
   * connection, which is one of `owner`'s. `avoid` names further planner methods, e.g. `nestloop`.
   *
   * @throws TooManyDownloadsError
   */
  async *read(
    owner: string,
    sql: string,
    parameters: unknown[],
    avoid: string[] = [],
  ): AsyncGenerator<Row[]> {
    const leave = this.places.take(owner);
    if (!leave) throw new TooManyDownloadsError();
    try {
      yield* this.readOn(await this.driver.obtainMasterConnection(), sql, parameters, avoid);
    } finally {
      leave();
    }
  }

  private async *readOn(
    [client, release]: Awaited<ReturnType<PostgresDriver['obtainMasterConnection']>>,
    ...[sql, parameters, avoid]: [string, unknown[], string[]]
  ): AsyncGenerator<Row[]> {
    const connection = client as PoolClient;
    let clean = false;
    try {
      await connection.query(begin([...NO_DETOURS, ...avoid]));
      yield* blocks(connection.query(new Cursor<Row>(sql, parameters, { rowMode: 'array' })));
      await connection.query('COMMIT');
      clean = true;
    } finally {
      // What broke off in the middle takes its connection along; the pool opens another.
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
