import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Client, ClientBase } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { toConnectionUrls } from '../config/database-url.js';
import type { Env } from '../config/env.js';
import { Artifact } from './entities/artifact.entity.js';
import { DispatchPause } from './entities/dispatch-pause.entity.js';
import { DueRequest } from './entities/due-request.entity.js';
import { ImageOutput } from './entities/image-output.entity.js';
import { Image } from './entities/image.entity.js';
import { OperatorAction } from './entities/operator-action.entity.js';
import { OwnerUsage } from './entities/owner-usage.entity.js';
import { ProcessingRequest } from './entities/processing-request.entity.js';
import { Product } from './entities/product.entity.js';
import { RequestAudit } from './entities/request-audit.entity.js';
import { RequestOutputBytes } from './entities/request-output-bytes.entity.js';
import { BulkOperation } from './entities/bulk-operation.entity.js';
import { ServerSecretRow } from './entities/server-secret-row.entity.js';
import { StorageUsage } from './entities/storage-usage.entity.js';
import { Source } from './entities/source.entity.js';
import { TaskLease } from './entities/task-lease.entity.js';
import { WebhookAttempt } from './entities/webhook-attempt.entity.js';
import { WebhookDelivery } from './entities/webhook-delivery.entity.js';
import { Worker } from './entities/worker.entity.js';
import { HISTORY_TABLE } from './migration-history.js';
import { migrations } from './migrations/index.js';
import { NamedStatements } from './named-statements.js';
import { limitResponseTime } from './response-timeout.js';
import { TypeOrmLog } from './typeorm-log.js';
import { createWritableHostClient } from './writable-host.js';

/** SQLSTATE read_only_sql_transaction. */
const READ_ONLY_TRANSACTION = '25006';

/**
 * Turns JIT compilation off. Compiling a statement takes 45 ms of CPU time, but most statements of the app take
 * less than 1 ms. PgBouncer accepts this statement but rejects an equivalent startup parameter.
 */
const DISABLE_JIT = 'SET jit = off';

export const entities = [
  ProcessingRequest,
  RequestAudit,
  RequestOutputBytes,
  Product,
  Image,
  ImageOutput,
  Artifact,
  BulkOperation,
  DueRequest,
  WebhookDelivery,
  WebhookAttempt,
  ServerSecretRow,
  Source,
  DispatchPause,
  OperatorAction,
  Worker,
  OwnerUsage,
  TaskLease,
  StorageUsage,
];

/** Returns the TypeORM options that the app, the TypeORM CLI and the tests share. */
export function dataSourceOptions(
  databaseUrl: string,
  connectionCount = 10,
  settings: ConnectionSettings = {},
) {
  const urls = toConnectionUrls(databaseUrl, settings.schema);
  return {
    type: 'postgres',
    url: urls[0],
    entities,
    migrations,
    migrationsTableName: HISTORY_TABLE,
    synchronize: false,
    // The schema needs no extensions, and a restricted user cannot create them.
    installExtensions: false,
    logger: new TypeOrmLog(),
    applicationName: 'pressroom',
    poolSize: connectionCount,
    // After 5 s without a connection, the app responds with 503 instead of waiting longer.
    connectTimeoutMS: 5000,
    extra: connectionOptions(urls, settings),
  } satisfies DataSourceOptions;
}

/** Returns the TypeORM options for the database that the settings specify. */
export const databaseOptions = (env: Env) =>
  dataSourceOptions(env.DATABASE_URL!, env.DATABASE_CONNECTIONS, {
    responseTimeoutMs: env.DATABASE_TIMEOUT_SECONDS * 1000,
    schema: env.DATABASE_SCHEMA,
    preparedStatements: env.DATABASE_PREPARED_STATEMENTS,
  });

export interface ConnectionSettings {
  /**
   * Maximum time to wait for data from PostgreSQL after a write. After that, the connection is closed.
   * Unlimited if omitted.
   */
  responseTimeoutMs?: number;
  /** Schema of the tables; the first schema in the user's `search_path` if empty or omitted. */
  schema?: string;
  /** Defaults to `auto`. */
  preparedStatements?: 'auto' | 'off';
}

/** Returns the options of the `pg` pool that TypeORM does not set. */
export function connectionOptions(
  urls: readonly string[],
  { responseTimeoutMs, preparedStatements = 'auto' }: ConnectionSettings,
) {
  return {
    keepAlive: true,
    ...(urls.length > 1 && { Client: createWritableHostClient(urls) }),
    namedStatements: new NamedStatements(preparedStatements),
    onConnect: async (connection: ClientBase) => {
      ignoreLateErrors(connection);
      if (urls.length > 1) closeWhenReadOnly(connection);
      if (responseTimeoutMs) limitResponseTime(getSocket(connection), responseTimeoutMs);
      await connection.query(DISABLE_JIT);
    },
  };
}

/** Closes a connection if its server has become read-only. The pool then connects to the new primary. */
function closeWhenReadOnly(connection: ClientBase): void {
  const protocolEvents = (connection as Client).connection as unknown as EventEmitter;
  protocolEvents.on('errorMessage', ({ code }: { code?: string }) => {
    if (code === READ_ONLY_TRANSACTION) getSocket(connection).destroy();
  });
}

/**
 * Ignores 'error' events of a connection. The pool briefly has no listener when it checks out a
 * connection, and an unhandled 'error' event ends the process. The next query on the connection
 * fails with the error.
 */
function ignoreLateErrors(connection: ClientBase): void {
  connection.on('error', () => undefined);
}

/** Returns the socket of a connection. With TLS, this is the `TLSSocket` instead of the underlying socket. */
const getSocket = (connection: ClientBase): Socket =>
  (connection as Client).connection.stream as Socket;
