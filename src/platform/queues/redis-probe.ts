import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { AppError } from '../errors/app-error.js';
import { RedisConnections } from './redis-connections.js';
import { RedisPrefix } from './redis-prefix.js';
import {
  RedisAuthenticationError,
  RedisClusterUnsupportedError,
  RedisReadOnlyError,
  RedisRefusesWritesError,
  RedisUnavailableError,
} from './redis-errors.js';

const TIMEOUT_MS = 1000;
/** Key that tests whether Redis accepts writes. It expires. */
const KEY = 'readiness';
const KEY_SECONDS = 60;

/** Checks whether the queues can work with this Redis. */
@Injectable()
export class RedisProbe {
  constructor(
    private readonly connections: RedisConnections,
    private readonly prefix: RedisPrefix,
  ) {}

  /** Returns the fault of Redis, if any. Takes at most one second and never rejects. */
  async findFault(): Promise<AppError | undefined> {
    const redis = this.connections.commands;
    if (redis.status !== 'ready') {
      return this.connections.fault ?? new RedisUnavailableError(`connection ${redis.status}`);
    }
    const late = setTimeout(TIMEOUT_MS, new RedisUnavailableError('no answer within 1 s'), {
      ref: false,
    });
    return Promise.race([look(redis, this.prefix.keyOf(KEY)), late]);
  }

  /**
   * Returns whether the fault may end without a change of the configuration. The app then stays ready and
   * accepts uploads. A rejected password is transient when it has worked before, as during a rotation.
   */
  isTransient(fault: AppError): boolean {
    if (fault instanceof RedisUnavailableError) return true;
    return fault instanceof RedisAuthenticationError && this.connections.hasConnected;
  }
}

async function look(redis: Redis, key: string): Promise<AppError | undefined> {
  const replies = await redis
    .pipeline()
    .info('cluster')
    .info('replication')
    .set(key, '1', 'EX', KEY_SECONDS)
    .exec()
    .catch((error: Error) => [[error, undefined] as const]);
  // An account may lack the right to INFO. The write decides.
  const [cluster, replication] = replies!.map(([, reply]) => String(reply));
  if (/^cluster_enabled:1/m.test(cluster)) return new RedisClusterUnsupportedError();
  if (/^role:slave/m.test(replication)) return new RedisReadOnlyError();
  const [refused] = replies!.at(-1)!;
  return refused ? faultOf(refused) : undefined;
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
