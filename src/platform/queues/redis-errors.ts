import { AppError } from '../errors/app-error.js';
import { REDIS_ERRORS } from './error-table.js';

/** Redis can't be reached. */
export class RedisUnavailableError extends AppError {
  constructor(reason: string, cause?: unknown) {
    super(REDIS_ERRORS.redis_unavailable, {
      message: `Redis does not respond (${reason}). Uploads are accepted, and their images wait until it does.`,
      cause,
    });
  }
}

/** Redis rejects the user name or password in `REDIS_URL`, or requires a password. */
export class RedisAuthenticationError extends AppError {
  /** @param reply first word of the reply from Redis, e.g. `WRONGPASS` */
  constructor(reply: string) {
    super(REDIS_ERRORS.redis_authentication_failed, {
      message: `Redis rejected the user name or password in REDIS_URL (${reply}). Restore the password in Redis, or correct REDIS_URL and restart Pressroom.`,
    });
  }
}

/** The TLS handshake with Redis fails, e.g. because its certificate is not trusted. */
export class RedisTlsError extends AppError {
  constructor(cause: Error) {
    super(REDIS_ERRORS.redis_tls_failed, {
      message: `The TLS connection to Redis failed (${cause.message}). ${describeFix(cause)}`,
      cause,
    });
  }
}

/** The user in `REDIS_URL` lacks permissions in the access control list of Redis. */
export class RedisPermissionMissingError extends AppError {
  /** @param rules missing rules in the notation of `ACL SETUSER`, e.g. `+evalsha` */
  constructor(user: string, rules: string[]) {
    super(REDIS_ERRORS.redis_permission_missing, {
      message: `The Redis user ${user} lacks permissions. Run this command in Redis: ACL SETUSER ${user} ${rules.join(' ')}`,
    });
  }
}

/** Redis refuses the connection for another reason, e.g. because it has too many connections. */
export class RedisRefusesConnectionError extends AppError {
  constructor(reply: string) {
    super(REDIS_ERRORS.redis_refuses_connection, {
      message: `Redis refused the connection. Raise maxclients in Redis, or allow the address of the Pressroom server. Redis replied: ${reply}`,
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

/** Redis evicts keys when its memory is full. Evicted jobs wait until they are enqueued again. */
export class RedisEvictsKeysError extends AppError {
  /** @param policy `maxmemory-policy` of Redis */
  constructor(policy: string) {
    super(REDIS_ERRORS.redis_evicts_keys, {
      message: `Redis evicts keys when its memory is full (maxmemory-policy ${policy}), which delays images. Set maxmemory-policy to noeviction.`,
    });
  }
}

/** Redis responds but rejects writes: it is out of memory, can't save, or denies permission. */
export class RedisRefusesWritesError extends AppError {
  constructor(reply: string) {
    super(REDIS_ERRORS.redis_refuses_writes, {
      message: `Redis rejected a write. Fix the cause in Redis. Processing then resumes automatically. Redis replied: ${reply}`,
    });
  }
}

function describeFix(cause: Error): string {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'Use a host name from the certificate in REDIS_URL, or set REDIS_TLS_SERVER_NAME to one.';
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return 'Check REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE; Redis may require a client certificate.';
  }
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the Redis certificate.';
  return 'Set REDIS_TLS_CA_FILE to the certificate of the authority that signed the Redis certificate.';
}
