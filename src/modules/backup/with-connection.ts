import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * Runs `use` with one connection from the pool.
 *
 * @param shouldClose if true, closes the connection afterwards, which ends its transaction and locks
 */
export async function withConnection<T>(
  dataSource: DataSource,
  use: (connection: PoolClient) => Promise<T>,
  shouldClose = false,
): Promise<T> {
  const [client, release] = await (dataSource.driver as PostgresDriver).obtainMasterConnection();
  try {
    return await use(client as PoolClient);
  } finally {
    release(shouldClose);
  }
}
