import { setTimeout } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { AppError } from '../errors/app-error.js';
import { RedisConnections } from './redis-connections.js';
import { missingPermissions } from './redis-permissions.js';
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

const TIMEOUT_MS = 1000;
/** Key that tests whether Redis accepts writes. It expires. */
const KEY = 'readiness';
const KEY_SECONDS = 60;

/** Checks whether the queues can work with this Redis. */
@Injectable()
export class RedisProbe implements OnApplicationBootstrap {
  private readonly log = new Logger('Redis');

  constructor(
    private readonly connections: RedisConnections,
    private readonly prefix: RedisPrefix,
  ) {}

  /** Logs the fault of a Redis that accepts the connection, e.g. a missing permission. */
  onApplicationBootstrap(): void {
    this.connections.commands.on('ready', () => void this.logFault());
    if (this.connections.commands.status === 'ready') void this.logFault();
  }

  /** Returns the fault of Redis, if any. Takes at most one second and never rejects. */
  async findFault(): Promise<AppError | undefined> {
    const redis = this.connections.commands;
    if (redis.status !== 'ready') {
      return this.connections.fault ?? new RedisUnavailableError(`connection ${redis.status}`);
    }
    const late = setTimeout(TIMEOUT_MS, new RedisUnavailableError('no answer within 1 s'), {
      ref: false,
    });
    return Promise.race([this.look(redis), late]);
  }

  /**
   * Returns whether the app stays ready. Uploads are accepted while Redis is unavailable. A rejected
   * password may recover when it has worked before, as during a rotation. Evicted jobs are enqueued again.
   */
  isTransient(fault: AppError): boolean {
    if (fault instanceof RedisUnavailableError || fault instanceof RedisEvictsKeysError)
      return true;
    const mayRecover = fault instanceof RedisAuthenticationError || fault instanceof RedisTlsError;
    return mayRecover && this.connections.hasConnected;
  }

  private async logFault(): Promise<void> {
    const fault = await this.findFault();
    if (!fault || fault instanceof RedisUnavailableError) return;
    this.log.error({ message: fault.message, code: fault.code });
  }

  private async look(redis: Redis): Promise<AppError | undefined> {
    try {
      const server = await readServer(redis, this.prefix.keyOf(KEY));
      return faultOfServer(server) ?? (await this.faultOfUser()) ?? evictionOf(server);
    } catch (error) {
      return faultOf(error as Error);
    }
  }

  private async faultOfUser(): Promise<AppError | undefined> {
    const rules = await missingPermissions(this.connections, this.prefix.value);
    if (rules.length === 0) return undefined;
    return new RedisPermissionMissingError(this.connections.user, rules);
  }
}

interface ServerState {
  /** `INFO` sections; the error without the right to `INFO`. */
  info: string;
  /** Error of the write. */
  refused: Error | null;
}

async function readServer(redis: Redis, key: string): Promise<ServerState> {
  const replies = await redis
    .pipeline()
    .info('cluster')
    .info('replication')
    .info('memory')
    .set(key, '1', 'EX', KEY_SECONDS)
    .exec();
  const sections = replies!.slice(0, -1).map(([, reply]) => String(reply));
  return { info: sections.join('\n'), refused: replies!.at(-1)![0] };
}

function faultOfServer({ info, refused }: ServerState): AppError | undefined {
  if (/^cluster_enabled:1/m.test(info)) return new RedisClusterUnsupportedError();
  if (/^role:slave/m.test(info)) return new RedisReadOnlyError();
  // The check of the permissions names all that are missing.
  return refused && !refused.message.startsWith('NOPERM') ? faultOf(refused) : undefined;
}

function evictionOf({ info }: ServerState): AppError | undefined {
  const [, policy = 'noeviction'] = /^maxmemory_policy:([a-z-]+)/m.exec(info) ?? [];
  return policy === 'noeviction' ? undefined : new RedisEvictsKeysError(policy);
}

/** Errors of Redis start with an uppercase word. All others are errors of the connection. */
function faultOf({ message }: Error): AppError {
  const [word] = message.split(' ', 1);
  if (word === 'READONLY') return new RedisReadOnlyError();
  if (['NOAUTH', 'WRONGPASS'].includes(word)) return new RedisAuthenticationError(word);
  if (word === 'LOADING') return new RedisUnavailableError('it is loading its data');
  if (/^[A-Z]{3,}$/.test(word)) return new RedisRefusesWritesError(message);
  return new RedisUnavailableError(message);
}
