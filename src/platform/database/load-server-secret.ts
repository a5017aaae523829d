import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { ServerSecret } from '../config/server-secret.js';

const SECRET_NAME = 'server';
const SECRET_BYTES = 32;

/** Returns the secret that all processes share. Creates it once, even if two processes start at the same time. */
export async function loadServerSecret(dataSource: DataSource): Promise<ServerSecret> {
  await dataSource.query(
    'INSERT INTO server_secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [SECRET_NAME, randomBytes(SECRET_BYTES)],
  );
  const [{ value }] = await dataSource.query<{ value: Buffer }[]>(
    'SELECT value FROM server_secrets WHERE name = $1',
    [SECRET_NAME],
  );
  return new ServerSecret(value);
}
