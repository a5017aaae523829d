import type { DataSource } from 'typeorm';
import { InstallationId } from '../config/installation-id.js';
import type { ServerSecret } from '../config/server-secret.js';
import { readDatabaseIdentity } from './database-identity.js';

const ID_LENGTH_HEX_DIGITS = 16;

/**
 * Derives the installation ID. It differs between the schemas of a database, because each schema has its own
 * secret. It also differs between a database and its restored dump.
 */
export async function loadInstallationId(
  dataSource: DataSource,
  secret: ServerSecret,
): Promise<InstallationId> {
  const [{ oid, readable }] = await dataSource.query<[{ oid: string; readable: boolean }]>(
    `SELECT oid, has_function_privilege('pg_control_system()', 'EXECUTE') AS readable
     FROM pg_database WHERE datname = current_database()`,
  );
  const database = readable ? (await readDatabaseIdentity(dataSource)).database : `/${oid}`;
  const digest = secret.sign('installation', database);
  return new InstallationId(digest.toString('hex').slice(0, ID_LENGTH_HEX_DIGITS));
}
