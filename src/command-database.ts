import { resolve } from 'node:path';
import type { Env } from './platform/config/env.js';
import { startEmbeddedServers } from './platform/embedded/embedded-servers.js';
import type { StartupLogger } from './platform/embedded/startup-logger.js';
import {
  hasEmbeddedPostgres,
  findRunningPostgresUrl,
} from './platform/embedded/running-postgres.js';

/** Logs to standard error. Standard output is reserved for the report of a command. */
const writeToStandardError = (line: string) => void process.stderr.write(`${line}\n`);
const STANDARD_ERROR_LOG: StartupLogger = {
  info: writeToStandardError,
  warn: writeToStandardError,
  error: writeToStandardError,
};

/** A command can't run. The message contains the reason and the fix. */
export class CommandError extends Error {
  override name = 'CommandError';
}

export interface CommandDatabase {
  url: string;
  close(): Promise<void>;
}

/**
 * Opens the configured database for a command. Uses the embedded PostgreSQL of a running
 * app. Otherwise, starts it until `close()`.
 *
 * @param create creates the embedded PostgreSQL if it does not exist yet
 * @throws CommandError if there is no database
 */
export async function openCommandDatabase(
  env: Env,
  { create = false } = {},
): Promise<CommandDatabase> {
  const url = env.DATABASE_URL ?? findRunningPostgresUrl(env.DATA_DIR);
  if (url) return { url, close: async () => undefined };
  if (!create && !hasEmbeddedPostgres(env.DATA_DIR)) {
    throw new CommandError(
      `There is no database: DATABASE_URL is not set, and ${resolve(env.DATA_DIR)} contains no embedded PostgreSQL. Set DATABASE_URL or DATA_DIR to the values that the app uses.`,
    );
  }
  // Commands need no Redis. Any URL prevents an embedded Redis from starting.
  const settings = { DATA_DIR: env.DATA_DIR, REDIS_URL: 'redis://unused' };
  const servers = await startEmbeddedServers(settings, STANDARD_ERROR_LOG);
  return { url: servers.databaseUrl, close: () => servers.stop() };
}
