import { defineErrors } from '../errors/error-definition.js';

export const EMBEDDED_ERRORS = defineErrors(
  {
    title: 'Embedded servers',
    intro: 'Pressroom prints one line on standard error and exits with code 1.',
  },
  {
    redis_missing: {
      title: 'Redis program missing',
      what: 'No `redis-server` or `valkey-server` was found on `PATH`.',
      fix: 'Install one, or set `REDIS_URL`.',
    },
    embedded_unsupported: {
      title: 'Embedded PostgreSQL and Redis unsupported',
      what: 'The embedded PostgreSQL and Redis cannot run on this system.',
      fix: 'Set `DATABASE_URL` and `REDIS_URL`.',
    },
    embedded_server_failed: {
      title: 'Embedded server failed',
      what: 'The embedded PostgreSQL or Redis did not start; the message states the reason.',
      fix: 'Fix the cause and start Pressroom again.',
    },
    data_dir_in_use: {
      title: 'Data directory in use',
      what: 'Another Pressroom process is using this `DATA_DIR`.',
      fix: 'Stop the other process, or set another `DATA_DIR`.',
    },
  },
);
