import type { ClientBase } from 'pg';
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
export function dataSourceOptions(url: string, connections = 10) {
  return {
    type: 'postgres',
    url,
    entities,
    migrations,
    synchronize: false,
    applicationName: 'pressroom',
    poolSize: connections,
    // A connection that can't be had within 5 s is an answer (503), not a reason to wait on.
    connectTimeoutMS: 5000,
    extra: { onConnect: outliveItsServer },
  } satisfies DataSourceOptions;
}

/**
 * Between the pool and whoever asked it for a connection nobody listens for a moment, and an 'error'
 * that nobody hears ends the process. Who uses a connection learns from its query that it is broken.
 */
function outliveItsServer(connection: ClientBase): void {
  connection.on('error', () => undefined);
}
