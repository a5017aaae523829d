import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_USER, PASSWORD_FILE } from './postgres-cluster.js';
import { DATABASE_NAME } from './postgres-server.js';
import { findRunningPid } from './process-identity.js';

/** Returns whether `DATA_DIR` contains an embedded PostgreSQL, running or not. */
export function hasEmbeddedPostgres(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'));
}

/** Returns the URL of the embedded PostgreSQL under `DATA_DIR`; undefined if it is not running. */
export function findRunningPostgresUrl(dataDir: string): string | undefined {
  const postgresDirectory = join(dataDir, 'postgres');
  const ownerFile = join(postgresDirectory, 'owner');
  if (!existsSync(ownerFile)) return undefined;
  if (findRunningPid(readFileSync(ownerFile, 'utf8')) === undefined) return undefined;
  // The fourth line is the port: https://www.postgresql.org/docs/current/storage-file-layout.html
  const [, , , port] = readFileSync(
    join(postgresDirectory, 'data', 'postmaster.pid'),
    'utf8',
  ).split('\n');
  const password = readFileSync(join(postgresDirectory, 'data', PASSWORD_FILE), 'utf8').trim();
  return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${DATABASE_NAME}`;
}
