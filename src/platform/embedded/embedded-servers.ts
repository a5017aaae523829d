import { join } from 'node:path';
import type { Env } from '../config/env.js';
import { EmbeddedUnsupportedError } from './errors.js';
import type { StartupLogger } from './startup-logger.js';
import { type EmbeddedServer, startPostgres } from './postgres-server.js';
import { findRedisBinary } from './redis-binary.js';
import { startRedis } from './redis-server.js';

export interface EmbeddedServers {
  databaseUrl: string;
  redisUrl: string;
  /** Stops the embedded servers. Call it after the app has closed its connections. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Runs the servers faster for tests. A power failure may lose data. */
  throwaway?: boolean;
}

/**
 * Starts PostgreSQL if `DATABASE_URL` is not set, and Redis if `REDIS_URL` is not set, under `DATA_DIR`.
 * The servers listen on loopback, require a password and keep their data across restarts. They stop with
 * this process, even if it is killed.
 *
 * @throws AppError with a one-line message: `embedded_server_failed`, `embedded_unsupported`,
 *   `data_dir_in_use`, `redis_missing`.
 */
export async function startEmbeddedServers(
  env: Pick<Env, 'DATABASE_URL' | 'REDIS_URL' | 'DATA_DIR'>,
  log: StartupLogger,
  options: EmbeddedOptions = {},
): Promise<EmbeddedServers> {
  if (process.platform === 'win32' && !(env.DATABASE_URL && env.REDIS_URL)) {
    throw new EmbeddedUnsupportedError('Windows is not supported');
  }
  // A missing Redis must be reported before PostgreSQL starts.
  const redisBinary = env.REDIS_URL ? '' : await findRedisBinary(log);
  // The servers start one after the other. Otherwise, two apps that start at the same time could each lock one server.
  const postgres = env.DATABASE_URL
    ? toExternalServer(env.DATABASE_URL)
    : await startPostgres(join(env.DATA_DIR, 'postgres'), log, options);
  try {
    const redis = env.REDIS_URL
      ? toExternalServer(env.REDIS_URL)
      : await startRedis(redisBinary, join(env.DATA_DIR, 'redis'), log, options);
    const stop = async () => void (await Promise.all([postgres.stop(), redis.stop()]));
    return { databaseUrl: postgres.url, redisUrl: redis.url, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Wraps the URL of an external server. Its `stop` does nothing. */
const toExternalServer = (url: string): EmbeddedServer => ({ url, stop: async () => {} });
