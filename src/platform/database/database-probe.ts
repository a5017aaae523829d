import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, QueryResult } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { AppError } from '../errors/app-error.js';
import { toDatabaseUnavailable } from '../errors/database-unavailable.error.js';
import { DatabaseNotUsableError } from '../errors/database-not-usable.error.js';
import {
  findPendingMigrations,
  HISTORY_TABLE,
  migrationNames,
  REQUIRED_TABLE,
} from './migration-history.js';

const TIMEOUT_MS = 1000;
/** Shorter than `TIMEOUT_MS`, to distinguish a locked table from a server that does not answer. */
const LOCK_TIMEOUT_MS = 800;
const LOCK_NOT_AVAILABLE = '55P03';
/** SQLSTATE undefined_table and undefined_column. */
const SCHEMA_DIFFERS = new Set(['42P01', '42703']);

interface ServerRow {
  read_only: boolean;
  required: string[];
  applied: string[];
}

/** Checks whether the app can use its database. */
@Injectable()
export class DatabaseProbe {
  private readonly pool: Pool;
  private readonly statements: string;
  private readonly knownMigrations: string[];
  private pending?: Promise<AppError | undefined>;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    this.pool = (dataSource.driver as PostgresDriver).master as Pool;
    const tables = dataSource.entityMetadatas.map(({ tableName }) => `"${tableName}"`);
    this.knownMigrations = migrationNames(dataSource);
    // PostgreSQL runs these in one implicit transaction. Every statement of the app needs the same
    // lock.
    this.statements = [
      `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`,
      `LOCK TABLE ${tables.join(', ')} IN ACCESS SHARE MODE`,
      `SELECT current_setting('transaction_read_only') = 'on' AS read_only,
              ARRAY(SELECT name::text FROM ${REQUIRED_TABLE} ORDER BY id) AS required,
              ARRAY(SELECT name::text FROM ${HISTORY_TABLE}) AS applied`,
    ].join(';');
  }

  /** Returns the fault of the database, if any. Takes at most a second and never rejects. */
  async findError(): Promise<AppError | undefined> {
    // Concurrent calls share one check. Otherwise each would take a connection of the pool while the
    // server does not answer.
    this.pending ??= this.checkServer().finally(() => (this.pending = undefined));
    const late = setTimeout(TIMEOUT_MS, DatabaseNotUsableError.silent(), { ref: false });
    return Promise.race([this.pending, late]);
  }

  private async checkServer(): Promise<AppError | undefined> {
    try {
      const results: unknown = await this.pool.query(this.statements);
      const [found] = (results as QueryResult<ServerRow>[]).at(-1)!.rows;
      const known = this.knownMigrations;
      const unknown = found.required.filter((name) => !known.includes(name));
      if (unknown.length > 0) return DatabaseNotUsableError.newer(unknown);
      const pending = known.filter((name) => !found.applied.includes(name));
      if (pending.length > 0) return DatabaseNotUsableError.outdated(pending);
      return found.read_only ? DatabaseNotUsableError.readOnly() : undefined;
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (code === LOCK_NOT_AVAILABLE) return DatabaseNotUsableError.locked();
      if (SCHEMA_DIFFERS.has(code)) {
        const pending = await findPendingMigrations(this.dataSource).catch(() => []);
        if (pending.length > 0) return DatabaseNotUsableError.outdated(pending);
      }
      return toDatabaseUnavailable(error) ?? DatabaseNotUsableError.failing(error as Error);
    }
  }
}
