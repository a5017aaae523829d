import type { Socket } from 'node:net';
import type { Client, ClientBase } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { Artifact } from './entities/artifact.entity.js';
import { DueRequest } from './entities/due-request.entity.js';
import { Image } from './entities/image.entity.js';
import { ProcessingRequest } from './entities/processing-request.entity.js';
import { Product } from './entities/product.entity.js';
import { RequestSweep } from './entities/request-sweep.entity.js';
import { ServerSecretRow } from './entities/server-secret-row.entity.js';
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
  RequestSweep,
  DueRequest,
  WebhookDelivery,
  WebhookAttempt,
  ServerSecretRow,
  Source,
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
    // A connection that can't be had within 5 s is an answer (503), not a reason to wait on.
    connectTimeoutMS: 5000,
    extra: connectionOptions(limits),
  } satisfies DataSourceOptions;
}

export interface ConnectionLimits {
  /**
   * Longest silence of PostgreSQL after something was sent to it, in milliseconds; then the connection
   * is closed. Without it, a statement may take any time.
   */
  responseTimeoutMs?: number;
}

/** Options of the pool of `pg` that TypeORM has no name for. */
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
 * The pool hands out a connection without listening to it for a moment, and an 'error' event without
 * a listener ends the process. The user of a connection learns from its query that it is broken.
 */
function ignoreLateErrors(connection: ClientBase): void {
  connection.on('error', () => undefined);
}

/** Under TLS: the socket that encrypts, not the one below it. */
const socketOf = (connection: ClientBase): Socket =>
  (connection as Client).connection.stream as Socket;
