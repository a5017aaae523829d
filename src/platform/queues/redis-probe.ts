import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { AppError } from '../errors/app-error.js';
import { RedisConnections } from './redis-connections.js';
import { evictsJobs } from './redis-eviction.js';
import { PermissionCheck } from './permission-check.js';
import { RedisPrefix } from './redis-prefix.js';
import {
  RedisAuthenticationError,
  RedisClusterUnsupportedError,
  RedisEvictsKeysError,
  RedisPermissionMissingError,
  RedisReadOnlyError,
  RedisRefusesWritesError,
  RedisTlsError,
  RedisUnavailableError,
} from './redis-errors.js';

const PROBE_TIMEOUT_MS = 1000;
/** Key that tests whether Redis accepts writes. It expires. */
const PROBE_KEY = 'readiness';
const PROBE_KEY_SECONDS = 60;

interface RedisState {
  /** Prevents the use of Redis. */
  fault?: AppError;
  /** Redis works, but its configuration endangers jobs. */
  warning?: AppError;
}

/** Checks whether the queues can work with this Redis. */
@Injectable()
export class RedisProbe implements OnApplicationBootstrap {
  private readonly log = new Logger('Redis');
  private readonly permissions: PermissionCheck;
  private pendingCheck?: Promise<RedisState>;

  constructor(
    private readonly connections: RedisConnections,
    private readonly prefix: RedisPrefix,
  ) {
    this.permissions = new PermissionCheck(connections, prefix);
  }

  /** Logs the fault of a Redis server that accepts connections, e.g. a missing permission. */
  onApplicationBootstrap(): void {
    this.connections.commands.on('ready', () => void this.logFault());
    if (this.connections.commands.status === 'ready') void this.logFault();
  }

  /** Returns the fault that prevents the use of Redis, if any. Takes at most one second and never rejects. */
  async findError(): Promise<AppError | undefined> {
    return (await this.findState()).fault;
  }

  /** Returns a warning if Redis can be used but its configuration endangers jobs. Takes at most one second and never rejects. */
  async findWarning(): Promise<AppError | undefined> {
    return (await this.findState()).warning;
  }

  /**
   * Returns true if the app stays ready despite the fault. Uploads are accepted while Redis is
   * unavailable. A rejected password may recover if it has worked before, for example during a rotation.
   */
  isTransient(fault: AppError): boolean {
    if (fault instanceof RedisUnavailableError) return true;
    const mayRecover = fault instanceof RedisAuthenticationError || fault instanceof RedisTlsError;
    return mayRecover && this.connections.hasConnected;
  }

  private async logFault(): Promise<void> {
    const { fault, warning } = await this.findState();
    if (warning) this.log.warn({ message: warning.message, code: warning.code });
    if (!fault || fault instanceof RedisUnavailableError) return;
    this.log.error({ message: fault.message, code: fault.code });
  }

  private async findState(): Promise<RedisState> {
    const redis = this.connections.commands;
    if (redis.status !== 'ready') {
      const { fault } = this.connections;
      return { fault: fault ?? new RedisUnavailableError(`connection ${redis.status}`) };
    }
    // Concurrent calls share one check.
    this.pendingCheck ??= this.checkServer(redis).finally(() => (this.pendingCheck = undefined));
    const fault = new RedisUnavailableError('no response within 1 s');
    return Promise.race([
      this.pendingCheck,
      setTimeout(PROBE_TIMEOUT_MS, { fault }, { ref: false }),
    ]);
  }

  private async checkServer(redis: Redis): Promise<RedisState> {
    try {
      const server = await readServer(redis, this.prefix.prefixKey(PROBE_KEY));
      if (isDenied(server.writeError)) this.permissions.reportDenied();
      const fault = findServerFault(server) ?? (await this.findUserFault());
      return fault ? { fault } : { warning: findEvictionFault(server) };
    } catch (error) {
      return { fault: toRedisError(error as Error) };
    }
  }

  private async findUserFault(): Promise<AppError | undefined> {
    const rules = await this.permissions.findMissingRules();
    if (rules.length === 0) return undefined;
    return new RedisPermissionMissingError(this.connections.userName, rules);
  }
}

interface ServerState {
  /** `INFO` sections, or the error if `INFO` is denied. */
  info: string;
  /** Error of the write; null if it succeeded. */
  writeError: Error | null;
}

async function readServer(redis: Redis, key: string): Promise<ServerState> {
  const replies = await redis
    .pipeline()
    .info('cluster')
    .info('replication')
    .info('memory')
    .set(key, '1', 'EX', PROBE_KEY_SECONDS)
    .exec();
  const sections = replies!.slice(0, -1).map(([, reply]) => String(reply));
  return { info: sections.join('\n'), writeError: replies!.at(-1)![0] };
}

function findServerFault({ info, writeError }: ServerState): AppError | undefined {
  if (/^cluster_enabled:1/m.test(info)) return new RedisClusterUnsupportedError();
  if (/^role:slave/m.test(info)) return new RedisReadOnlyError();
  // The permission check lists all missing permissions.
  return writeError && !isDenied(writeError) ? toRedisError(writeError) : undefined;
}

const isDenied = (writeError: Error | null): boolean =>
  writeError?.message.startsWith('NOPERM') ?? false;

function findEvictionFault({ info }: ServerState): AppError | undefined {
  const [, policy = 'noeviction'] = /^maxmemory_policy:([a-z-]+)/m.exec(info) ?? [];
  const [, maxMemory = '0'] = /^maxmemory:(\d+)/m.exec(info) ?? [];
  const mayEvictJobs = Number(maxMemory) > 0 && evictsJobs(policy);
  return mayEvictJobs ? new RedisEvictsKeysError(policy) : undefined;
}

/** Error replies from Redis start with an uppercase prefix. All other errors are connection errors. */
function toRedisError({ message }: Error): AppError {
  const [errorPrefix] = message.split(' ', 1);
  if (errorPrefix === 'READONLY') return new RedisReadOnlyError();
  if (['NOAUTH', 'WRONGPASS'].includes(errorPrefix))
    return new RedisAuthenticationError(errorPrefix);
  if (errorPrefix === 'LOADING') return new RedisUnavailableError('it is loading its data');
  if (/^[A-Z]{3,}$/.test(errorPrefix)) return new RedisRefusesWritesError(message);
  return new RedisUnavailableError(message);
}
