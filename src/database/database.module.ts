import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ServerSecret } from '../common/server-secret.js';
import { Env } from '../config/env.js';
import { dataSourceOptions } from './data-source.js';
import { loadServerSecret } from './load-server-secret.js';
import { ImpatientSocket } from './impatient-socket.js';
import { migrate } from './migrate.js';
import { OpenWorkQuota } from './open-work-quota.js';
import { ArtifactsRepository } from './repositories/artifacts.js';
import { CompletedImagesRepository } from './repositories/completed-images.js';
import { DeliveriesRepository } from './repositories/deliveries.js';
import { DeliveryLogRepository } from './repositories/delivery-log.js';
import { DueRequestsRepository } from './repositories/due-requests.js';
import { ExportRowsRepository } from './repositories/export-rows.js';
import { ImagesRepository } from './repositories/images.js';
import { OutcomesRepository } from './repositories/outcomes.js';
import { ProductsRepository } from './repositories/products.js';
import { RequestMovesRepository } from './repositories/request-moves.js';
import { RequestSweepsRepository } from './repositories/request-sweeps.js';
import { SourcesRepository } from './repositories/sources.js';
import { RequestsRepository } from './repositories/requests.js';
import { StatisticsRepository } from './repositories/statistics.js';
import { SnapshotReader } from './snapshot-reader.js';

const repositories = [
  SourcesRepository,
  RequestsRepository,
  ProductsRepository,
  ExportRowsRepository,
  ImagesRepository,
  OutcomesRepository,
  ArtifactsRepository,
  DeliveriesRepository,
  DeliveryLogRepository,
  DueRequestsRepository,
  RequestMovesRepository,
  RequestSweepsRepository,
  StatisticsRepository,
  CompletedImagesRepository,
];

/** No statement of the app takes nearly as long. A migration rightly may, and is let. */
const SILENCE_MS = 20_000;
const impatientSocket = () => new ImpatientSocket(SILENCE_MS);

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Env],
      useFactory: (env: Env) => ({
        ...dataSourceOptions(env.DATABASE_URL!, env.DATABASE_CONNECTIONS),
        // A server that is still starting (docker compose up) is waited for, half a minute.
        retryAttempts: 15,
        retryDelay: 2000,
      }),
      dataSourceFactory: async (options) => {
        const patient = await new DataSource(options!).initialize();
        try {
          await migrate(patient);
        } finally {
          await patient.destroy();
        }
        const extra = { ...options!.extra, stream: impatientSocket };
        return new DataSource({ ...options!, extra }).initialize();
      },
    }),
  ],
  providers: [
    SnapshotReader,
    OpenWorkQuota,
    ...repositories,
    { provide: ServerSecret, inject: [DataSource], useFactory: loadServerSecret },
  ],
  exports: [...repositories, OpenWorkQuota, ServerSecret],
})
export class DatabaseModule {}
