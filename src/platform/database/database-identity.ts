import type { DataSource } from 'typeorm';

export interface DatabaseIdentity {
  /** Identifier of the server and of the database. A restored dump has another one. */
  database: string;
  schema: string;
}

/**
 * Returns the identity of the tables of this installation. It never changes.
 * @throws an error of PostgreSQL without the right to execute `pg_control_system()`
 */
export async function readDatabaseIdentity(dataSource: DataSource): Promise<DatabaseIdentity> {
  const [identity] = await dataSource.query<[DatabaseIdentity]>(
    `SELECT system_identifier || '/' || oid AS database, current_schema()::text AS schema
     FROM pg_control_system(), pg_database WHERE datname = current_database()`,
  );
  return identity;
}
