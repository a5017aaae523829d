import type { DataSource } from 'typeorm';

export interface DatabaseIdentity {
  /** ID of the server and ID of the database, separated by a slash. A restored dump gets a different value. */
  database: string;
  schema: string;
}

/**
 * Identifies the tables of this installation. The result never changes.
 * @throws PostgreSQL error if the user may not execute `pg_control_system()`
 */
export async function readDatabaseIdentity(dataSource: DataSource): Promise<DatabaseIdentity> {
  const [identity] = await dataSource.query<[DatabaseIdentity]>(
    `SELECT system_identifier || '/' || oid AS database, current_schema()::text AS schema
     FROM pg_control_system(), pg_database WHERE datname = current_database()`,
  );
  return identity;
}
