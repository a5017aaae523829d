import { DataSource } from 'typeorm';
import type { Env } from '../../platform/config/env.js';
import { dataSourceOptions } from '../../platform/database/data-source.js';
import { checkClock } from './clock.js';
import { error, type Finding, ok, describeCause, warning } from './finding.js';
import { checkPooler } from './pooler-check.js';
import { checkRights } from './rights-check.js';
import { checkSchema } from './schema-check.js';

const MIN_VERSION_NUMBER = 150_000;
/** Limits for the clock offset. The app uses PostgreSQL's clock, except in logs and signed URLs. */
const CLOCK_LIMITS = { warningSeconds: 5, errorSeconds: 300 };

interface ServerState {
  version: string;
  versionNumber: number;
  isReplica: boolean;
  isReadOnly: boolean;
  encoding: string;
  isDurable: boolean;
}

interface ConnectionLimitsRow {
  maxConnections: number;
  openConnections: number;
  userLimit: number;
  databaseLimit: number;
}

/** Checks PostgreSQL with the same connection options as the app. */
export async function* checkPostgres(url: string, env: Env): AsyncGenerator<Finding> {
  const dataSource = new DataSource(dataSourceOptions(url, 2, { schema: env.DATABASE_SCHEMA }));
  try {
    await dataSource.initialize();
  } catch (cause) {
    yield createConnectionFinding(cause);
    return;
  }
  try {
    yield ok('postgresql.connection', 'PostgreSQL accepts connections.');
    yield* checkServer(dataSource);
    const pooler = await checkPooler(dataSource, env.DATABASE_PREPARED_STATEMENTS);
    yield pooler.finding;
    if (!pooler.isPooled) yield await checkConnections(dataSource, env);
    const schema = await checkSchema(dataSource, env);
    yield schema.finding;
    yield* checkRights(dataSource, schema, env.MIGRATE);
  } finally {
    await dataSource.destroy();
  }
  if (env.DATABASE_REPLICA_URL !== undefined) {
    yield await checkReplica(env.DATABASE_REPLICA_URL, env);
  }
}

/** Warns about an unusable replica. This is not an error, because the primary then serves the reads. */
async function checkReplica(url: string, { DATABASE_SCHEMA: schema }: Env): Promise<Finding> {
  const check = 'postgresql.replica';
  const replica = new DataSource(dataSourceOptions(url, 1, { schema }));
  try {
    await replica.initialize();
    const [{ isReplica }] = await replica.query<[{ isReplica: boolean }]>(
      'SELECT pg_is_in_recovery() AS "isReplica"',
    );
    return isReplica
      ? ok(check, 'The replica accepts connections.')
      : warning(
          check,
          'The server at DATABASE_REPLICA_URL is not a replica.',
          'Set DATABASE_REPLICA_URL to a streaming replication standby, or remove it.',
        );
  } catch (cause) {
    return warning(
      check,
      `The replica cannot be used: ${describeCause(cause)}. The primary serves its reads.`,
      'Check DATABASE_REPLICA_URL and the standby, or remove the setting.',
    );
  } finally {
    if (replica.isInitialized) await replica.destroy();
  }
}

async function* checkServer(dataSource: DataSource): AsyncGenerator<Finding> {
  const beforeMs = Date.now();
  const [{ now }] = await dataSource.query<[{ now: string }]>(
    'SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now',
  );
  const reading = { serverMs: Number(now), beforeMs, afterMs: Date.now() };
  yield checkClock('postgresql.clock', 'PostgreSQL', reading, CLOCK_LIMITS);
  const [state] = await dataSource.query<[ServerState]>(
    `SELECT current_setting('server_version') AS version,
            current_setting('server_version_num')::int AS "versionNumber",
            pg_is_in_recovery() AS "isReplica",
            current_setting('transaction_read_only') = 'on' AS "isReadOnly",
            current_setting('server_encoding') AS encoding,
            current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on' AS "isDurable"`,
  );
  yield* describeServer(state);
}

function* describeServer(state: ServerState): Generator<Finding> {
  const { version, versionNumber, isReplica, isReadOnly, encoding, isDurable } = state;
  yield versionNumber >= MIN_VERSION_NUMBER
    ? ok('postgresql.version', `The PostgreSQL version is ${version}.`)
    : error(
        'postgresql.version',
        `PostgreSQL ${version} is too old.`,
        'Upgrade to PostgreSQL 15 or later.',
      );
  if (isReplica) {
    yield error(
      'postgresql.writable',
      'The PostgreSQL server is a replica, which does not accept writes.',
      'Set DATABASE_URL to the primary.',
    );
  } else if (isReadOnly) {
    yield error(
      'postgresql.writable',
      'Transactions by this user are read-only.',
      'Set default_transaction_read_only = off for the server, the database and the user.',
    );
  } else yield ok('postgresql.writable', 'PostgreSQL accepts writes.');
  if (encoding !== 'UTF8') {
    yield error(
      'postgresql.encoding',
      `The database has the encoding ${encoding}, which cannot store all characters of product files.`,
      "Create the database with ENCODING 'UTF8'.",
    );
  }
  if (!isDurable) {
    yield warning(
      'postgresql.durability',
      'PostgreSQL may lose or damage data after a power failure (fsync or full_page_writes is off).',
      'Set fsync = on and full_page_writes = on.',
    );
  }
}

async function checkConnections(
  dataSource: DataSource,
  { DATABASE_CONNECTIONS: poolSize }: Env,
): Promise<Finding> {
  const [row] = await dataSource.query<[ConnectionLimitsRow]>(
    `SELECT current_setting('max_connections')::int
              - current_setting('superuser_reserved_connections')::int
              - coalesce(current_setting('reserved_connections', true)::int, 0) AS "maxConnections",
            (SELECT sum(numbackends)::int FROM pg_stat_database) AS "openConnections",
            (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS "userLimit",
            (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS "databaseLimit"`,
  );
  const limits = [row.maxConnections, row.userLimit, row.databaseLimit].filter(
    (limit) => limit >= 0,
  );
  const usableConnectionCount = Math.min(...limits);
  const check = 'postgresql.connections';
  if (usableConnectionCount < poolSize) {
    return error(
      check,
      `An instance opens up to ${poolSize} connections, but PostgreSQL allows only ${usableConnectionCount}.`,
      'Raise max_connections or the limit of the user or database, or lower DATABASE_CONNECTIONS.',
    );
  }
  const instanceCount = Math.floor(usableConnectionCount / poolSize);
  if (row.maxConnections - row.openConnections < poolSize) {
    return warning(
      check,
      `${row.openConnections} of ${row.maxConnections} connections are in use, and another instance opens up to ${poolSize}.`,
      'Raise max_connections, lower DATABASE_CONNECTIONS, or put PgBouncer in front.',
    );
  }
  return ok(
    check,
    `PostgreSQL allows ${usableConnectionCount} connections, enough for ${instanceCount} ${instanceCount === 1 ? 'instance' : 'instances'} with DATABASE_CONNECTIONS=${poolSize}.`,
  );
}

/** Fixes for connection errors, by SQLSTATE or code. */
const CONNECTION_FIXES: [RegExp, string][] = [
  [/^(28P01|28000)$/, 'Correct the user name and password in DATABASE_URL, or pg_hba.conf.'],
  [/^3D000$/, 'Create the database, or correct its name in DATABASE_URL.'],
  [/^53300$/, 'Raise max_connections, or lower DATABASE_CONNECTIONS of all instances.'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'Correct the host name in DATABASE_URL.'],
  [
    /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/,
    'Start PostgreSQL, or correct the host and port in DATABASE_URL.',
  ],
  [/CERT|SELF_SIGNED|TLS|SSL/, 'Correct sslmode in DATABASE_URL, or trust the certificate.'],
];

function createConnectionFinding(cause: unknown): Finding {
  const { code = '' } = cause as { code?: string };
  const [, fix] = CONNECTION_FIXES.find(([pattern]) => pattern.test(code)) ?? [];
  const defaultFix = 'Check DATABASE_URL, and that no firewall blocks the connection.';
  return error(
    'postgresql.connection',
    `PostgreSQL cannot be used: ${describeCause(cause)}.`,
    fix ?? defaultFix,
  );
}
