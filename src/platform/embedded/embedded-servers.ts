import { join } from 'node:path';
import type { Env } from '../config/env.js';
import { EmbeddedUnsupportedError } from './errors.js';
import type { Log } from './log.js';
import { type EmbeddedServer, startPostgres } from './postgres-server.js';
import { findRedisBinary } from './redis-binary.js';
import { startRedis } from './redis-server.js';

export interface EmbeddedServers {
  databaseUrl: string;
  redisUrl: string;
  /** Stops the servers that were started here. Call it after the app has closed its connections. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** True for tests: faster, but a power failure may lose data. */
  throwaway?: boolean;
}

/**
 * Starts a private PostgreSQL and Redis under `DATA_DIR` for each of `DATABASE_URL` and `REDIS_URL`
 * that is absent. They listen on loopback, require a password and keep their data across restarts.
 * They stop with this process, even if it is killed.
 *
 * @throws AppError with a one-line message: `embedded_server_failed`, `embedded_unsupported`,
 *   `data_dir_in_use`, `redis_missing`.
 */
export async function startEmbeddedServers(
  env: Pick<Env, 'DATABASE_URL' | 'REDIS_URL' | 'DATA_DIR'>,
  log: Log,
  options: EmbeddedOptions = {},
): Promise<EmbeddedServers> {
  if (process.platform === 'win32' && !(env.DATABASE_URL && env.REDIS_URL)) {
    throw new EmbeddedUnsupportedError('not on Windows');
  }
  // Checked first, so a missing Redis is the only message.
  const redisProgram = env.REDIS_URL ? '' : await findRedisBinary(log);
  // In sequence: two apps that start at the same time could each lock one of the two servers.
  const postgres = env.DATABASE_URL
    ? given(env.DATABASE_URL)
    : await startPostgres(join(env.DATA_DIR, 'postgres'), log, options);
  try {
    const redis = env.REDIS_URL
      ? given(env.REDIS_URL)
      : await startRedis(redisProgram, join(env.DATA_DIR, 'redis'), log, options);
    const stop = async () => void (await Promise.all([postgres.stop(), redis.stop()]));
    return { databaseUrl: postgres.url, redisUrl: redis.url, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** An external server, which is neither started nor stopped. */
const given = (url: string): EmbeddedServer => ({ url, stop: async () => {} });
