import { setTimeout } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Env } from '../../platform/config/env.js';
import { InstallationId } from '../../platform/config/installation-id.js';
import { RedisConnections } from '../../platform/queues/redis-connections.js';
import { evictsJobs } from '../../platform/queues/redis-eviction.js';
import { RedisPrefix } from '../../platform/queues/redis-prefix.js';
import { RedisProbe } from '../../platform/queues/redis-probe.js';
import { RedisUnavailableError } from '../../platform/queues/redis-errors.js';
import { checkClock } from './clock.js';
import { error, type Finding, toFinding, ok, describeCause, warning } from './finding.js';

const CONNECT_TIMEOUT_MS = 6000;
const POLL_INTERVAL_MS = 50;
const MIN_VERSION = [6, 2];
/** Limits for the clock offset. The app uses PostgreSQL's clock, but Redis expires keys by its own clock. */
const CLOCK_LIMITS = { warningSeconds: 60, errorSeconds: 3600 };
const HIGH_MEMORY_FRACTION = 0.9;

/** Checks Redis with the same connection settings as the app. */
export async function* checkRedis(env: Env): AsyncGenerator<Finding> {
  const connections = new RedisConnections(env);
  // Uses a placeholder ID, because the ID of the installation is in PostgreSQL, which may be unreachable.
  const prefix = new RedisPrefix(env, new InstallationId('doctor'));
  try {
    const redis = connections.commands;
    const connectionError = await findConnectionError(connections, redis);
    if (connectionError) {
      yield toFinding('redis.connection', connectionError);
      return;
    }
    yield ok('redis.connection', 'Redis accepts connections.');
    const redisError = await new RedisProbe(connections, prefix).findError();
    yield redisError
      ? toFinding('redis.writable', redisError)
      : ok('redis.writable', 'Redis is neither a replica nor a cluster, and accepts writes.');
    yield* checkServer(redis);
  } finally {
    connections.onApplicationShutdown();
  }
}

/** Waits for the first connection. Returns the first error, because retries repeat the same error. */
async function findConnectionError(connections: RedisConnections, redis: Redis) {
  const deadline = Date.now() + CONNECT_TIMEOUT_MS;
  while (redis.status !== 'ready' && !connections.fault) {
    if (Date.now() > deadline) return new RedisUnavailableError('no response within 6 s');
    await setTimeout(POLL_INTERVAL_MS);
  }
  return redis.status === 'ready' ? undefined : connections.fault;
}

async function* checkServer(redis: Redis): AsyncGenerator<Finding> {
  const beforeMs = Date.now();
  const [seconds, microseconds] = (await redis.call('TIME')) as [string, string];
  const serverMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
  yield checkClock(
    'redis.clock',
    'Redis',
    { serverMs, beforeMs, afterMs: Date.now() },
    CLOCK_LIMITS,
  );
  let info: Map<string, string>;
  try {
    info = parseInfo(await redis.info());
  } catch (cause) {
    if (!describeCause(cause).startsWith('NOPERM')) throw cause;
    yield warning(
      'redis.info',
      'The Redis user is not allowed to run INFO, so the version and eviction policy are unknown.',
      'Grant the permission: ACL SETUSER <user> +info',
    );
    return;
  }
  yield checkVersion(info);
  yield checkEviction(info);
  const memory = checkMemory(info);
  if (memory) yield memory;
  yield checkPersistence(info);
}

/** Parses the reply to INFO (https://redis.io/docs/latest/commands/info/). */
const parseInfo = (text: string): Map<string, string> =>
  new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );

type RedisInfo = ReadonlyMap<string, string>;

function checkVersion(info: RedisInfo): Finding {
  const valkey = info.get('valkey_version');
  if (valkey) return ok('redis.version', `The server is Valkey ${valkey}.`);
  const version = info.get('redis_version') ?? '';
  const [major, minor] = version.split('.').map(Number);
  const isOld = major < MIN_VERSION[0] || (major === MIN_VERSION[0] && minor < MIN_VERSION[1]);
  return isOld
    ? error(
        'redis.version',
        `Redis ${version} is too old.`,
        'Upgrade to Redis 6.2 or later, or to Valkey.',
      )
    : ok('redis.version', `The Redis version is ${version}.`);
}

function checkEviction(info: RedisInfo): Finding {
  const check = 'redis.eviction';
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  if (policy === 'noeviction') return ok(check, 'Redis never evicts keys.');
  if (!evictsJobs(policy))
    return ok(check, `Redis does not evict jobs (maxmemory-policy ${policy}).`);
  const fix =
    'Set maxmemory-policy noeviction in redis.conf, or use a Redis server that is not a shared cache.';
  return Number(info.get('maxmemory') ?? 0) > 0
    ? error(check, `Redis evicts jobs when its memory is full (maxmemory-policy ${policy}).`, fix)
    : warning(
        check,
        `Redis would remove jobs if maxmemory were set (maxmemory-policy ${policy}).`,
        fix,
      );
}

export function checkMemory(info: RedisInfo): Finding | undefined {
  const limitBytes = Number(info.get('maxmemory') ?? 0);
  const usedBytes = Number(info.get('used_memory') ?? 0);
  if (limitBytes === 0) return undefined;
  const percent = Math.round((100 * usedBytes) / limitBytes);
  return usedBytes > HIGH_MEMORY_FRACTION * limitBytes
    ? warning(
        'redis.memory',
        `Redis uses ${percent}% of its maxmemory and rejects writes when it is full.`,
        'Raise maxmemory, or remove the keys of other applications.',
      )
    : ok('redis.memory', `Redis uses ${percent}% of its maxmemory.`);
}

function checkPersistence(info: RedisInfo): Finding {
  const check = 'redis.persistence';
  const statusFields = [
    'rdb_last_bgsave_status',
    'aof_last_write_status',
    'aof_last_bgrewrite_status',
  ];
  const failedFields = statusFields.filter((name) => info.get(name) === 'err');
  if (failedFields.length > 0) {
    return warning(
      check,
      `Redis cannot save its data (${failedFields.join(', ')}) and may reject writes.`,
      'Free space on the Redis disk, and check the permissions of its folder.',
    );
  }
  return info.get('aof_enabled') === '1'
    ? ok(check, 'Redis keeps its data in an append-only file.')
    : ok(check, 'Redis may lose jobs when it restarts. The app requeues them from PostgreSQL.');
}
