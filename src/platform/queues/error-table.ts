import { defineErrors } from '../errors/error-definition.js';

export const REDIS_ERRORS = defineErrors(
  {
    title: 'Redis readiness',
    intro:
      'Errors that `GET /health/ready` reports for `redis`. It returns 503 unless Redis is expected to recover. While Redis is expected to recover, uploads are accepted and their images stay pending.',
  },
  {
    redis_unavailable: {
      status: 503,
      title: 'Redis unavailable',
      what: 'Redis cannot be reached or does not respond within a second. The app stays ready.',
      fix: 'Check Redis and the network. Processing then resumes automatically.',
    },
    redis_authentication_failed: {
      status: 503,
      title: 'Redis authentication failed',
      what: 'Redis rejects the user name or password. The app stays ready if they have worked since it started.',
      fix: 'Restore the password in Redis, or correct `REDIS_URL` and restart.',
    },
    redis_tls_failed: {
      status: 503,
      title: 'Redis TLS failed',
      what: 'The TLS connection to Redis failed, for example because its certificate is not trusted. The app stays ready if TLS has worked since it started.',
      fix: 'The message names the cause and the setting to correct.',
    },
    redis_permission_missing: {
      status: 503,
      title: 'Redis permission missing',
      what: 'The user in `REDIS_URL` is not allowed to run a command, use a key or use a channel that Pressroom needs.',
      fix: 'In Redis, run the `ACL SETUSER` command that the message contains. Processing then resumes automatically.',
    },
    redis_refuses_connection: {
      status: 503,
      title: 'Redis refuses connections',
      what: 'Redis refuses connections for another reason, which the message quotes.',
      fix: 'Raise `maxclients` in Redis, or allow the address of the Pressroom server.',
    },
    redis_read_only: {
      status: 503,
      title: 'Redis is read-only',
      what: 'Redis is a read-only replica.',
      fix: 'Set REDIS_URL to the primary.',
    },
    redis_cluster_unsupported: {
      status: 503,
      title: 'Redis Cluster not supported',
      what: 'Redis runs in cluster mode, which Pressroom does not support.',
      fix: 'Set REDIS_URL to a Redis server without cluster mode.',
    },
    redis_evicts_keys: {
      status: 503,
      title: 'Redis evicts keys',
      what: 'Redis evicts keys when its memory is full. Removed jobs are enqueued again after a minute. The app stays ready.',
      fix: 'Set `maxmemory-policy` in Redis to `noeviction`.',
    },
    redis_refuses_writes: {
      status: 503,
      title: 'Redis rejects writes',
      what: 'Redis is out of memory, cannot save, or denies write access.',
      fix: 'Fix the cause in the reply from Redis, which the message quotes.',
    },
  },
);
