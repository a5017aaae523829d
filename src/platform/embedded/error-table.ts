import { defineErrors } from '../errors/error-definition.js';

export const EMBEDDED_ERRORS = defineErrors(
  {
    title: 'Private servers',
    intro: 'One line on standard error; the exit code is 1.',
  },
  {
    redis_missing: {
      title: 'Redis program missing',
      what: 'There is no `redis-server` or `valkey-server` on `PATH`.',
      fix: 'Install one, or set `REDIS_URL`.',
    },
    embedded_unsupported: {
      title: 'Private PostgreSQL and Redis unsupported',
      what: 'The private PostgreSQL and Redis cannot run on this system.',
      fix: 'Set `DATABASE_URL` and `REDIS_URL`.',
    },
    embedded_server_failed: {
      title: 'Private server failed',
      what: 'The private PostgreSQL or Redis did not start; the line states the reason.',
      fix: 'Fix the cause, then start again.',
    },
    data_dir_in_use: {
      title: 'Data directory in use',
      what: 'Another Pressroom uses this `DATA_DIR`.',
      fix: 'Stop it, or set another `DATA_DIR`.',
    },
  },
);
