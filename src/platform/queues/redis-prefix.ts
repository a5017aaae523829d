import { Injectable } from '@nestjs/common';
import { Env } from '../config/env.js';
import { InstallationId } from '../config/installation-id.js';

/**
 * First part of all keys and channels in Redis. With it, installations can share a Redis server without
 * taking each other's jobs. Channels need the prefix as well, because Redis does not separate them by
 * database number.
 */
@Injectable()
export class RedisPrefix {
  readonly value: string;

  constructor(env: Env, installation: InstallationId) {
    this.value = env.REDIS_PREFIX || `pressroom:${installation.value}`;
  }

  /** Returns the name of a key, e.g. `pressroom:4f2a…:readiness`. */
  prefixKey(name: string): string {
    return `${this.value}:${name}`;
  }
}
