import type { Socket } from 'node:net';
import type { Client, ClientBase } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { Artifact } from './entities/artifact.entity.js';
import { DueRequest } from './entities/due-request.entity.js';
import { Image } from './entities/image.entity.js';
import { ProcessingRequest } from './entities/processing-request.entity.js';
import { Product } from './entities/product.entity.js';
import { BulkOperation } from './entities/bulk-operation.entity.js';
import { ServerSecretRow } from './entities/server-secret-row.entity.js';
import { StorageUsage } from './entities/storage-usage.entity.js';
import { Source } from './entities/source.entity.js';
import { WebhookAttempt } from './entities/webhook-attempt.entity.js';
import { WebhookDelivery } from './entities/webhook-delivery.entity.js';
import { migrations } from './migrations/index.js';
import { limitResponseTime } from './response-timeout.js';
import { TypeOrmLog } from './typeorm-log.js';

export const entities = [
  ProcessingRequest,
  Product,
  Image,
  Artifact,
  BulkOperation,
  DueRequest,
  WebhookDelivery,
  WebhookAttempt,
  ServerSecretRow,
  Source,
  StorageUsage,
];

/** One set of options for the app, the TypeORM CLI and the tests. */
export function dataSourceOptions(url: string, connections = 10, limits: ConnectionLimits = {}) {
  return {
    type: 'postgres',
    url,
    entities,
    migrations,
    synchronize: false,
    logger: new TypeOrmLog(),
    applicationName: 'pressroom',
    poolSize: connections,
    // After 5 s without a connection the app answers 503 instead of waiting longer.
    connectTimeoutMS: 5000,
    extra: connectionOptions(limits),
  } satisfies DataSourceOptions;
}

export interface ConnectionLimits {
  /**
   * Maximum time in milliseconds without data from PostgreSQL after a write. The connection is then
   * closed. Unlimited if omitted.
   */
  responseTimeoutMs?: number;
}

/** Returns options of the `pg` pool that TypeORM does not define. */
export function connectionOptions({ responseTimeoutMs }: ConnectionLimits) {
  return {
    keepAlive: true,
    onConnect: (connection: ClientBase) => {
      ignoreLateErrors(connection);
      if (responseTimeoutMs) limitResponseTime(socketOf(connection), responseTimeoutMs);
    },
  };
}

/**
 * Ignores 'error' events of a connection. The pool briefly has no listener when it lends a connection,
 * and an unhandled 'error' event ends the process. The next query of the connection fails and reports the
 * fault.
 */
function ignoreLateErrors(connection: ClientBase): void {
  connection.on('error', () => undefined);
}

/** Returns the socket of a connection. Under TLS, this is the `TLSSocket`, not the socket below it. */
const socketOf = (connection: ClientBase): Socket =>
  (connection as Client).connection.stream as Socket;
