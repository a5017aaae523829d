import { AppError } from '../errors/app-error.js';
import { REDIS_ERRORS } from './error-table.js';

/** Redis can't be reached. */
export class RedisUnavailableError extends AppError {
  constructor(reason: string, cause?: unknown) {
    super(REDIS_ERRORS.redis_unavailable, {
      message: `Redis does not answer (${reason}). Uploads are accepted; their images wait until it does.`,
      cause,
    });
  }
}

/** Redis rejects the user name or password of `REDIS_URL`, or asks for one. */
export class RedisAuthenticationError extends AppError {
  /** @param reply first word of Redis' reply, e.g. `WRONGPASS` */
  constructor(reply: string) {
    super(REDIS_ERRORS.redis_authentication_failed, {
      message: `Redis rejects the user name or password of REDIS_URL (${reply}). Restore the password in Redis, or correct REDIS_URL and restart Pressroom.`,
    });
  }
}

/** Redis refuses the connection for another reason, e.g. because it has too many. */
export class RedisRefusesConnectionError extends AppError {
  constructor(reply: string) {
    super(REDIS_ERRORS.redis_refuses_connection, {
      message: `Redis refuses the connection: ${reply}`,
    });
  }
}

/** Redis is a replica of another server. */
export class RedisReadOnlyError extends AppError {
  constructor() {
    super(REDIS_ERRORS.redis_read_only);
  }
}

/** Redis Cluster spreads the keys of one queue over several servers, which Bull can't work with. */
export class RedisClusterUnsupportedError extends AppError {
  constructor() {
    super(REDIS_ERRORS.redis_cluster_unsupported);
  }
}

/** Redis answers but stores nothing: it is out of memory, can't save, or lacks the right. */
export class RedisRefusesWritesError extends AppError {
  constructor(reply: string) {
    super(REDIS_ERRORS.redis_refuses_writes, {
      message: `Redis refuses to store anything: ${reply}`,
    });
  }
}
