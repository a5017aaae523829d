import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ServerSecret } from '../config/server-secret.js';

const NAME = 'server';
const BYTES = 32;

/** Returns the shared secret. Two apps that start at the same time get the same secret. */
export async function loadServerSecret(dataSource: DataSource): Promise<ServerSecret> {
  await dataSource.query(
    'INSERT INTO server_secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [NAME, randomBytes(BYTES)],
  );
  const [{ value }] = await dataSource.query<{ value: Buffer }[]>(
    'SELECT value FROM server_secrets WHERE name = $1',
    [NAME],
  );
  return new ServerSecret(value);
}
