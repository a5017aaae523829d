import { AppError } from '../errors/app-error.js';

/** Redis can't be reached. */
export class RedisUnavailableError extends AppError {
  constructor(reason: string, cause?: unknown) {
    super({
      code: 'redis_unavailable',
      status: 503,
      message: `Redis does not answer (${reason}). Uploads are accepted; their images wait until it does.`,
      cause,
    });
  }
}

/** Redis rejects the user name or password of `REDIS_URL`, or asks for one. */
export class RedisAuthenticationError extends AppError {
  /** @param reply first word of Redis' reply, e.g. `WRONGPASS` */
  constructor(reply: string) {
    super({
      code: 'redis_authentication_failed',
      status: 503,
      message: `Redis rejects the user name or password of REDIS_URL (${reply}). Restore the password in Redis, or correct REDIS_URL and restart Pressroom.`,
    });
  }
}

/** Redis refuses the connection for another reason, e.g. because it has too many. */
export class RedisRefusesConnectionError extends AppError {
  constructor(reply: string) {
    super({
      code: 'redis_refuses_connection',
      status: 503,
      message: `Redis refuses the connection: ${reply}`,
    });
  }
}

/** Redis is a replica of another server. */
export class RedisReadOnlyError extends AppError {
  constructor() {
    super({
      code: 'redis_read_only',
      status: 503,
      message: 'Redis is a read-only replica. Set REDIS_URL to the primary.',
    });
  }
}

/** Redis Cluster spreads the keys of one queue over several servers, which Bull can't work with. */
export class RedisClusterUnsupportedError extends AppError {
  constructor() {
    super({
      code: 'redis_cluster_unsupported',
      status: 503,
      message:
        'Redis runs in cluster mode, which Pressroom does not support. Set REDIS_URL to a Redis without cluster mode.',
    });
  }
}

/** Redis answers but stores nothing: it is out of memory, can't save, or lacks the right. */
export class RedisRefusesWritesError extends AppError {
  constructor(reply: string) {
    super({
      code: 'redis_refuses_writes',
      status: 503,
      message: `Redis refuses to store anything: ${reply}`,
    });
  }
}
