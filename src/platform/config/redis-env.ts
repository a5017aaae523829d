import { IsOptional, IsUrl, Matches } from 'class-validator';
import { StorageEnv } from './storage-env.js';

/** Settings of the connections to Redis. */
export class RedisEnv extends StorageEnv {
  /**
   * Redis 6.2 or later, or Valkey, e.g. `redis://host:6379`. Without it, Pressroom starts a private
   * server under `DATA_DIR`.
   * @section Redis
   */
  @IsOptional()
  @IsUrl({
    protocols: ['redis', 'rediss'],
    require_protocol: true,
    require_tld: false,
    disallow_auth: false,
  })
  REDIS_URL?: string = undefined;

  /**
   * First part of all keys and channels in Redis, e.g. `shop-a`. All apps of an installation need the
   * same value, and each installation on one Redis needs its own. Without it, `pressroom:` and an
   * identifier of the database.
   */
  @Matches(/^[A-Za-z0-9._:-]{0,64}$/, {
    message: 'REDIS_PREFIX must be at most 64 letters, digits and the characters . _ : -',
  })
  REDIS_PREFIX = '';
}
