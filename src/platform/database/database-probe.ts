import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, QueryResult } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { AppError } from '../errors/app-error.js';
import { toDatabaseUnavailableError } from '../errors/database-unavailable.error.js';
import { DatabaseNotUsableError } from '../errors/database-not-usable.error.js';
import {
  findPendingMigrations,
  HISTORY_TABLE,
  listMigrationNames,
  REQUIRED_TABLE,
} from './migration-history.js';

const TIMEOUT_MS = 1000;
/** Shorter than `TIMEOUT_MS`, to distinguish a locked table from a server that does not respond. */
const LOCK_TIMEOUT_MS = 800;
const LOCK_NOT_AVAILABLE = '55P03';
/** SQLSTATE undefined_table and undefined_column. */
const SCHEMA_MISMATCH_CODES = new Set(['42P01', '42703']);

interface ServerRow {
  read_only: boolean;
  /** Migrations that a release must know. */
  required: string[];
  applied: string[];
}

/** Checks whether the app can use its database. */
@Injectable()
export class DatabaseProbe {
  private readonly pool: Pool;
  private readonly statements: string;
  private readonly knownMigrations: string[];
  private pendingCheck?: Promise<AppError | undefined>;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    this.pool = (dataSource.driver as PostgresDriver).master as Pool;
    const tables = dataSource.entityMetadatas.map(({ tableName }) => `"${tableName}"`);
    this.knownMigrations = listMigrationNames(dataSource);
    // PostgreSQL runs these statements in one implicit transaction. They acquire the same lock as
    // every statement of the app.
    this.statements = [
      `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`,
      `LOCK TABLE ${tables.join(', ')} IN ACCESS SHARE MODE`,
      `SELECT current_setting('transaction_read_only') = 'on' AS read_only,
              ARRAY(SELECT name::text FROM ${REQUIRED_TABLE} ORDER BY id) AS required,
              ARRAY(SELECT name::text FROM ${HISTORY_TABLE}) AS applied`,
    ].join(';');
  }

  /** Returns the error that makes the database unusable, if any. Takes at most a second and never rejects. */
  async findError(): Promise<AppError | undefined> {
    // Concurrent calls share one check. Otherwise each call would occupy a connection of the pool while
    // the server does not respond.
    this.pendingCheck ??= this.checkServer().finally(() => (this.pendingCheck = undefined));
    const timeout = setTimeout(TIMEOUT_MS, DatabaseNotUsableError.silent(), { ref: false });
    return Promise.race([this.pendingCheck, timeout]);
  }

  private async checkServer(): Promise<AppError | undefined> {
    try {
      const results: unknown = await this.pool.query(this.statements);
      const [server] = (results as QueryResult<ServerRow>[]).at(-1)!.rows;
      const { knownMigrations } = this;
      const unknownMigrations = server.required.filter((name) => !knownMigrations.includes(name));
      if (unknownMigrations.length > 0) return DatabaseNotUsableError.newer(unknownMigrations);
      const pendingMigrations = knownMigrations.filter((name) => !server.applied.includes(name));
      if (pendingMigrations.length > 0) return DatabaseNotUsableError.outdated(pendingMigrations);
      return server.read_only ? DatabaseNotUsableError.readOnly() : undefined;
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (code === LOCK_NOT_AVAILABLE) return DatabaseNotUsableError.locked();
      if (SCHEMA_MISMATCH_CODES.has(code)) {
        const pendingMigrations = await findPendingMigrations(this.dataSource).catch(() => []);
        if (pendingMigrations.length > 0) return DatabaseNotUsableError.outdated(pendingMigrations);
      }
      return toDatabaseUnavailableError(error) ?? DatabaseNotUsableError.failing(error as Error);
    }
  }
}
