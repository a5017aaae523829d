import { IsOptional, IsString, Matches } from 'class-validator';
import { ParsedBy } from './parsed-by.js';
import { readPemFile } from './pem-file.js';
import { assertRedisUrl } from './redis-url.js';
import { Secret } from './secret-setting.js';
import { StorageEnv } from './storage-env.js';

/** Settings for connections to Redis. */
export class RedisEnv extends StorageEnv {
  /**
   * Redis 6.2 or later, or Valkey, e.g. `redis://user:password@host:6379/0`; `rediss://` uses TLS.
   * `redis+sentinel://host1,host2:26379/mymaster/0` asks Sentinels for the primary; with
   * `rediss+sentinel://`, both use TLS. By default, Pressroom starts an embedded server under `DATA_DIR`.
   * @section Redis
   */
  @Secret('url')
  @IsOptional()
  @ParsedBy(assertRedisUrl)
  REDIS_URL?: string = undefined;

  /**
   * Prefix of all keys and channels in Redis, e.g. `shop-a`. All processes of an installation need
   * the same value. Installations that share a Redis server need different values. Defaults to
   * `pressroom:` and the ID of the database.
   */
  @Matches(/^[A-Za-z0-9._:-]{0,64}$/, {
    message: 'REDIS_PREFIX must be at most 64 letters, digits and the characters . _ : -',
  })
  REDIS_PREFIX = '';

  /** User name for the Sentinels, if they require one. `REDIS_URL` contains the user name for Redis. */
  @IsString()
  REDIS_SENTINEL_USERNAME = '';

  /** Password for the Sentinels, if they require one. */
  @Secret()
  @IsString()
  REDIS_SENTINEL_PASSWORD = '';

  /**
   * PEM file with the certificates of the authorities that signed the Redis certificate. Defaults to
   * the authorities that Node.js trusts.
   */
  @ParsedBy(readPemFile)
  REDIS_TLS_CA_FILE = '';

  /** PEM file with the client certificate for Redis, if Redis requires one. */
  @ParsedBy(readPemFile)
  REDIS_TLS_CERT_FILE = '';

  /** PEM file with the private key of `REDIS_TLS_CERT_FILE`. */
  @ParsedBy(readPemFile)
  REDIS_TLS_KEY_FILE = '';

  /**
   * Host name in the Redis certificate, if it differs from the host in `REDIS_URL`. Sentinels usually
   * return the IP address of Redis.
   */
  @Matches(/^[A-Za-z0-9.-]{0,253}$/, { message: 'REDIS_TLS_SERVER_NAME must be a host name' })
  REDIS_TLS_SERVER_NAME = '';
}
