import { join } from 'node:path';
import type { Env } from '../config/env.js';
import { EmbeddedUnsupportedError } from './errors.js';
import type { Log } from './log.js';
import { type EmbeddedServer, startPostgres } from './postgres-server.js';
import { redisBinary } from './redis-binary.js';
import { startRedis } from './redis-server.js';

export interface EmbeddedServers {
  databaseUrl: string;
  redisUrl: string;
  /** Ends what was started here; to be called when the app has closed its connections. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The data need not survive a power cut (tests): faster. */
  throwaway?: boolean;
}

/**
 * Brings up a private PostgreSQL and Redis under `DATA_DIR` for each of `DATABASE_URL` and
 * `REDIS_URL` that is absent. They listen on loopback, want a password, keep their data over a
 * restart, and end with this process, also when it is killed.
 *
 * @throws AppError with a one-line message: `embedded_server_failed`, `embedded_unsupported`,
 * `data_dir_in_use`, `redis_missing`.
 */
export async function startEmbeddedServers(
  env: Pick<Env, 'DATABASE_URL' | 'REDIS_URL' | 'DATA_DIR'>,
  log: Log,
  options: EmbeddedOptions = {},
): Promise<EmbeddedServers> {
  if (process.platform === 'win32' && !(env.DATABASE_URL && env.REDIS_URL)) {
    throw new EmbeddedUnsupportedError('not on Windows');
  }
  // Before anything is started: where there is none, its one line is all there is to read.
  const redisProgram = env.REDIS_URL ? '' : await redisBinary(log);
  const started = await Promise.allSettled([
    env.DATABASE_URL
      ? given(env.DATABASE_URL)
      : startPostgres(join(env.DATA_DIR, 'postgres'), log, options),
    env.REDIS_URL
      ? given(env.REDIS_URL)
      : startRedis(redisProgram, join(env.DATA_DIR, 'redis'), log, options),
  ]);
  const [postgres, redis] = started;
  const stop = async () => {
    const running = started.filter((server) => server.status === 'fulfilled');
    await Promise.all(running.map((server) => server.value.stop()));
  };
  if (postgres.status === 'fulfilled' && redis.status === 'fulfilled') {
    return { databaseUrl: postgres.value.url, redisUrl: redis.value.url, stop };
  }
  await stop();
  throw started.find((server) => server.status === 'rejected')!.reason;
}

/** A server of somebody else's: nothing to start, nothing to end. */
async function given(url: string): Promise<EmbeddedServer> {
  return { url, stop: async () => {} };
}
