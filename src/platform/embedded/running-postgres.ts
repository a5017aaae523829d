import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_USER, PASSWORD_FILE } from './postgres-cluster.js';
import { DATABASE } from './postgres-server.js';
import { runningPid } from './process-identity.js';

/** Returns whether `DATA_DIR` has a private PostgreSQL, running or not. */
export function hasPrivatePostgres(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'));
}

/** Returns the URL of the running private PostgreSQL under `DATA_DIR`; undefined when none runs. */
export function runningPostgres(dataDir: string): string | undefined {
  const home = join(dataDir, 'postgres');
  const owner = join(home, 'owner');
  if (!existsSync(owner) || runningPid(readFileSync(owner, 'utf8')) === undefined) return undefined;
  // https://www.postgresql.org/docs/current/storage-file-layout.html: its fourth line is the port.
  const [, , , port] = readFileSync(join(home, 'data', 'postmaster.pid'), 'utf8').split('\n');
  const password = readFileSync(join(home, 'data', PASSWORD_FILE), 'utf8').trim();
  return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
}
