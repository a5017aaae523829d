import { resolve } from 'node:path';
import type { Env } from './platform/config/env.js';
import { startEmbeddedServers } from './platform/embedded/embedded-servers.js';
import type { StartupLogger } from './platform/embedded/startup-logger.js';
import {
  hasEmbeddedPostgres,
  findRunningPostgresUrl,
} from './platform/embedded/running-postgres.js';

/** Logs to standard error. Standard output is reserved for the report of a command. */
const writeError = (line: string) => void process.stderr.write(`${line}\n`);
const STANDARD_ERROR: StartupLogger = { info: writeError, warn: writeError, error: writeError };

/** A command can't run. The message contains the reason and the fix. */
export class CommandError extends Error {
  override name = 'CommandError';
}

export interface CommandDatabase {
  url: string;
  close(): Promise<void>;
}

/**
 * Returns the database of the settings for a command. Uses the private PostgreSQL of a running app,
 * or starts one until `close()`.
 *
 * @param create creates a private PostgreSQL that does not exist yet
 * @throws CommandError when there is no database
 */
export async function openCommandDatabase(
  env: Env,
  { create = false } = {},
): Promise<CommandDatabase> {
  const url = env.DATABASE_URL ?? findRunningPostgresUrl(env.DATA_DIR);
  if (url) return { url, close: async () => undefined };
  if (!create && !hasEmbeddedPostgres(env.DATA_DIR)) {
    throw new CommandError(
      `There is no database: DATABASE_URL is not set, and ${resolve(env.DATA_DIR)} contains no private PostgreSQL. Set DATABASE_URL or DATA_DIR to the values that the app uses.`,
    );
  }
  // Redis is not needed. Setting any URL prevents the start of a private Redis.
  const settings = { DATA_DIR: env.DATA_DIR, REDIS_URL: 'redis://unused' };
  const servers = await startEmbeddedServers(settings, STANDARD_ERROR);
  return { url: servers.databaseUrl, close: () => servers.stop() };
}
