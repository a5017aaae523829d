import { defineErrors } from './error-definition.js';

export const COMMON_ERRORS = defineErrors(
  { title: 'The server', intro: 'Error responses from any endpoint, and image errors.' },
  {
    internal_error: {
      status: 500,
      title: 'Internal error',
      what: 'The server failed unexpectedly. The log line with this X-Request-Id names the cause.',
      fix: '',
    },
    database_unavailable: {
      status: 503,
      retry: 'uncounted',
      title: 'Database unavailable',
      what: 'The database is unavailable. Nothing was stored.',
      fix: 'Try again in a few seconds.',
    },
  },
);

export const STORAGE_ERRORS = defineErrors(
  {
    title: 'Storage',
    intro:
      'Image errors, and errors of `storage` in `GET /health/ready`. Processing pauses until they are fixed.',
  },
  {
    storage_full: {
      status: 507,
      retry: 'uncounted',
      title: 'Storage full',
      what: 'The disk or the bucket is full.',
      fix: 'Free space under DATA_DIR or in the bucket; processing then resumes automatically.',
    },
    storage_budget_reached: {
      status: 507,
      retry: 'uncounted',
      title: 'Storage budget reached',
      what: 'The compressed images use up `MAX_STORAGE_BYTES`. Pending images wait; the app stays ready.',
      fix: 'Delete requests, or raise MAX_STORAGE_BYTES and restart; processing then resumes automatically.',
    },
    download_not_written: {
      status: 503,
      retry: 'uncounted',
      title: 'Download not written',
      what: 'Pressroom could not write the downloaded file to its disk.',
      fix: 'Pressroom retries automatically. Free space if the disk is full.',
    },
    storage_unavailable: {
      status: 503,
      retry: 'uncounted',
      title: 'Storage unavailable',
      what: 'Images cannot be stored.',
      fix: 'Fix the cause that the message names. Processing then resumes automatically.',
    },
  },
);

export const STORAGE_START_ERRORS = defineErrors(
  {
    title: 'Storage at startup and during a migration',
    intro: '`npm start` and `npm run storage:migrate` print these errors and exit.',
  },
  {
    storage_region_missing: {
      title: 'Bucket region unknown',
      what: 'The region of the bucket is unknown.',
      fix: 'Set S3_REGION or AWS_REGION.',
    },
    storage_claimed: {
      title: 'Bucket belongs to another database',
      what: 'The bucket and the files on the disk belong to different databases.',
      fix: 'Set a different `S3_PREFIX`.',
    },
    storage_copy_incomplete: {
      title: 'Copy incomplete',
      what: 'A copy in the bucket differs in size from the original file. The original file was kept.',
      fix: 'Run the command again.',
    },
  },
);

export const DATABASE_HEALTH_ERRORS = defineErrors(
  {
    title: 'PostgreSQL readiness',
    intro:
      'Errors of `database` in `GET /health/ready`, which returns 503. `npm start` prints some of these errors and exits.',
  },
  {
    database_silent: {
      status: 503,
      title: 'Database does not respond',
      what: 'PostgreSQL did not respond within 1 s.',
      fix: 'Check the server, the network and DATABASE_CONNECTIONS.',
    },
    database_locked: {
      status: 503,
      title: 'Table locked',
      what: 'Statements time out because a table is locked.',
      fix: 'Wait for the migration, or end the session that holds the lock.',
    },
    database_read_only: {
      status: 503,
      title: 'Database read-only',
      what: 'PostgreSQL is read-only.',
      fix: 'Set DATABASE_URL to the primary.',
    },
    database_failing: {
      status: 503,
      title: 'Statements rejected',
      what: 'PostgreSQL rejects statements. The message quotes the reason.',
      fix: 'Check the privileges of the user on the tables.',
    },
    schema_outdated: {
      status: 503,
      title: 'Pending migrations',
      what: 'The database schema is older than this version of Pressroom. The message names the pending migrations.',
      fix: 'Run `npm run migrate`, or start with MIGRATE=auto.',
    },
    schema_newer: {
      status: 503,
      title: 'Schema of a later version',
      what: 'A later version of Pressroom has upgraded the database. The message names its migrations.',
      fix: 'Start that version, or restore a backup from before the upgrade.',
    },
    restore_unfinished: {
      status: 503,
      title: 'Restore not finished',
      what: 'A restore to this database has started but not finished.',
      fix: 'Run `npm run restore` again with the same backup and storage, or use another database.',
    },
  },
);

export const START_ERRORS = defineErrors(
  { title: 'Startup', intro: 'Printed as one line on standard error; the exit code is 1.' },
  {
    port_in_use: {
      title: 'Port in use',
      what: 'Another program is listening on `PORT`.',
      fix: 'Stop that program, or set `PORT` to another port (0 selects a free one).',
    },
    address_unusable: {
      title: 'Address unusable',
      what: 'Pressroom cannot listen on `HOST` and `PORT`.',
      fix: 'Set an address of this machine, and a port that does not require elevated privileges.',
    },
    data_dir_unusable: {
      title: 'Data directory unusable',
      what: 'The directory `DATA_DIR` cannot be created.',
      fix: 'Set another directory, or make it writable.',
    },
    database_unusable: {
      title: 'Database unusable',
      what: 'PostgreSQL cannot be reached or rejects the user.',
      fix: 'Check `DATABASE_URL`, and check that the server is running.',
    },
    database_schema_unusable: {
      title: 'Schema unusable',
      what: 'The schema of the tables does not exist, or the connections do not use it.',
      fix: 'Create the schema, grant USAGE on it, or set the `search_path` of the user.',
    },
    database_privilege_missing: {
      title: 'Privilege missing',
      what: 'The PostgreSQL user lacks a privilege that the migrations need.',
      fix: 'Run `npm run migrate` as the owner of the schema and start with `MIGRATE=off`, or grant CREATE on the schema.',
    },
    database_tls_failed: {
      title: 'TLS to PostgreSQL failed',
      what: 'The PostgreSQL certificate is not trusted or is for another host, or the server does not support TLS.',
      fix: 'Set `sslrootcert` in `DATABASE_URL` to the CA certificate.',
    },
  },
);
