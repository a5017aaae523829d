import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { NamedStatements } from './named-statements.js';

interface SharedOptions {
  namedStatements?: NamedStatements;
}

/**
 * A frequent statement that each connection parses and plans only once. Planning the statement that
 * records outcomes takes seven times as long as running it. PostgreSQL plans it again when the statistics
 * of a table change, for example after an upload (CatalogStore).
 */
export class PreparedStatement<Row extends object = never> {
  private readonly name: string;

  /** @param name unique among all statements of the app, and at most 50 characters long */
  constructor(
    name: string,
    private readonly text: string,
  ) {
    // Behind PgBouncer, another release may share the connection and use the name for a different text.
    const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
    this.name = `${name}_${version}`;
  }

  /** @throws DatabaseError of pg, which TypeORM does not wrap */
  async execute(dataSource: DataSource, values: unknown[]): Promise<Row[]> {
    const pool = (dataSource.driver as PostgresDriver).master as Pool;
    // A single client does not have this option, and no other process shares its connection.
    const namedStatements = (pool.options as SharedOptions | undefined)?.namedStatements;
    const { name, text } = this;
    if (namedStatements?.isEnabled === false) return (await pool.query<Row>({ text, values })).rows;
    try {
      return (await pool.query<Row>({ name, text, values })).rows;
    } catch (error) {
      if (!namedStatements?.disableOnNameError(error)) throw error;
      return (await pool.query<Row>({ text, values })).rows;
    }
  }
}
