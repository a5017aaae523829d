import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { NamedStatements } from './named-statements.js';

interface SharedOptions {
  namedStatements?: NamedStatements;
}

/**
 * A statement that runs for every few images. Each connection parses and plans it once. Planning the
 * statement that records outcomes takes seven times as long as running it. PostgreSQL plans again when
 * the statistics of a table change, which an upload causes (CatalogStore).
 */
export class PreparedStatement<Row extends object = never> {
  private readonly name: string;

  /** @param name unique among all statements of the app, and at most 50 characters long */
  constructor(
    name: string,
    private readonly text: string,
  ) {
    // Behind PgBouncer another release shares the connection. Its text of the same name may differ.
    const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
    this.name = `${name}_${version}`;
  }

  /** @throws DatabaseError of pg, not wrapped by TypeORM */
  async run(dataSource: DataSource, values: unknown[]): Promise<Row[]> {
    const pool = (dataSource.driver as PostgresDriver).master as Pool;
    // A single client has no such option, and is not shared.
    const names = (pool.options as SharedOptions | undefined)?.namedStatements;
    const { name, text } = this;
    if (names?.isEnabled === false) return (await pool.query<Row>({ text, values })).rows;
    try {
      return (await pool.query<Row>({ name, text, values })).rows;
    } catch (error) {
      if (!names?.disableAfter(error)) throw error;
      return (await pool.query<Row>({ text, values })).rows;
    }
  }
}
