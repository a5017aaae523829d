import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * Runs `operation` with one connection from the pool.
 *
 * @param shouldClose if true, closes the connection afterward, which ends its transaction and locks
 */
export async function withConnection<T>(
  dataSource: DataSource,
  operation: (connection: PoolClient) => Promise<T>,
  shouldClose = false,
): Promise<T> {
  const [client, release] = await (dataSource.driver as PostgresDriver).obtainMasterConnection();
  try {
    return await operation(client as PoolClient);
  } finally {
    release(shouldClose);
  }
}
