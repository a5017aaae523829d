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
import { error, type Finding, fromAppError, ok, describeCause, warning } from './finding.js';

const CONNECT_MS = 6000;
const POLL_MS = 50;
const MIN_VERSION = [6, 2];
/** The app uses PostgreSQL's clock, but Redis expires keys by its own. */
const CLOCK_LIMITS = { warning: 60, error: 3600 };
const NEARLY_FULL = 0.9;

/** Checks Redis with the same connection settings as the app. */
export async function* checkRedis(env: Env): AsyncGenerator<Finding> {
  const connections = new RedisConnections(env);
  // The identifier of the installation is in PostgreSQL, which may be unreachable.
  const prefix = new RedisPrefix(env, new InstallationId('doctor'));
  try {
    const redis = connections.commands;
    const fault = await findConnectionFault(connections, redis);
    if (fault) {
      yield fromAppError('redis.connection', fault);
      return;
    }
    yield ok('redis.connection', 'Redis accepts connections.');
    const unusable = await new RedisProbe(connections, prefix).findError();
    yield unusable
      ? fromAppError('redis.writable', unusable)
      : ok('redis.writable', 'Redis is neither a replica nor a cluster, and accepts writes.');
    yield* checkServer(redis);
  } finally {
    connections.onApplicationShutdown();
  }
}

/** Waits for the first connection. Returns its first error, because retries only repeat it. */
async function findConnectionFault(connections: RedisConnections, redis: Redis) {
  const deadline = Date.now() + CONNECT_MS;
  while (redis.status !== 'ready' && !connections.fault) {
    if (Date.now() > deadline) return new RedisUnavailableError('no response within 6 s');
    await setTimeout(POLL_MS);
  }
  return redis.status === 'ready' ? undefined : connections.fault;
}

async function* checkServer(redis: Redis): AsyncGenerator<Finding> {
  const beforeMs = Date.now();
  const [seconds, micros] = (await redis.call('TIME')) as [string, string];
  const serverMs = Number(seconds) * 1000 + Number(micros) / 1000;
  yield checkClock(
    'redis.clock',
    'Redis',
    { serverMs, beforeMs, afterMs: Date.now() },
    CLOCK_LIMITS,
  );
  let info: Map<string, string>;
  try {
    info = parseInfo(await redis.info());
  } catch (thrown) {
    if (!describeCause(thrown).startsWith('NOPERM')) throw thrown;
    yield warning(
      'redis.info',
      'The Redis user may not run INFO, so version and eviction are unknown.',
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

/** https://redis.io/docs/latest/commands/info/ */
const parseInfo = (text: string): Map<string, string> =>
  new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );

type Info = ReadonlyMap<string, string>;

function checkVersion(info: Info): Finding {
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
    : ok('redis.version', `The version of Redis is ${version}.`);
}

function checkEviction(info: Info): Finding {
  const check = 'redis.eviction';
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  if (policy === 'noeviction') return ok(check, 'Redis never evicts keys.');
  if (!evictsJobs(policy)) return ok(check, `Redis evicts no jobs (maxmemory-policy ${policy}).`);
  const fix =
    'Set maxmemory-policy noeviction in redis.conf, or use a Redis that is not a shared cache.';
  return Number(info.get('maxmemory') ?? 0) > 0
    ? error(check, `Redis removes jobs when its memory is full (maxmemory-policy ${policy}).`, fix)
    : warning(
        check,
        `Redis would remove jobs if maxmemory were set (maxmemory-policy ${policy}).`,
        fix,
      );
}

export function checkMemory(info: Info): Finding | undefined {
  const limit = Number(info.get('maxmemory') ?? 0);
  const used = Number(info.get('used_memory') ?? 0);
  if (limit === 0) return undefined;
  const percent = Math.round((100 * used) / limit);
  return used > NEARLY_FULL * limit
    ? warning(
        'redis.memory',
        `Redis uses ${percent} % of its maxmemory and refuses writes when it is full.`,
        'Raise maxmemory, or remove keys of other applications.',
      )
    : ok('redis.memory', `Redis uses ${percent} % of its maxmemory.`);
}

function checkPersistence(info: Info): Finding {
  const check = 'redis.persistence';
  const failed = ['rdb_last_bgsave_status', 'aof_last_write_status', 'aof_last_bgrewrite_status'];
  const broken = failed.filter((name) => info.get(name) === 'err');
  if (broken.length > 0) {
    return warning(
      check,
      `Redis cannot save its data (${broken.join(', ')}) and may refuse writes.`,
      'Free space on the Redis disk, and check the permissions of its folder.',
    );
  }
  return info.get('aof_enabled') === '1'
    ? ok(check, 'Redis keeps its data in an append-only file.')
    : ok(check, 'Redis may lose jobs at a restart; the app enqueues them again from PostgreSQL.');
}
