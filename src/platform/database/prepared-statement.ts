import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * A statement that runs for every few images. Each connection parses and plans it once. Planning the
 * statement that records outcomes takes seven times as long as running it. PostgreSQL plans again when
 * the statistics of a table change, which an upload causes (CatalogStore).
 */
export class PreparedStatement<Row extends object = never> {
  /** @param name unique among all statements of the app; PostgreSQL truncates it to 63 characters */
  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {}

  /** @throws DatabaseError of pg, not wrapped by TypeORM */
  async run(dataSource: DataSource, values: unknown[]): Promise<Row[]> {
    const pool = (dataSource.driver as PostgresDriver).master as Pool;
    return (await pool.query<Row>({ name: this.name, text: this.text, values })).rows;
  }
}
