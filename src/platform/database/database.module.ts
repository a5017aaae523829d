import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { InstallationId } from '../config/installation-id.js';
import { ServerSecret } from '../config/server-secret.js';
import { Env } from '../config/env.js';
import { DatabaseProbe } from './database-probe.js';
import { connectionOptions, dataSourceOptions } from './data-source.js';
import { loadInstallationId } from './load-installation-id.js';
import { loadServerSecret } from './load-server-secret.js';
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
import { RequestCorrectionsRepository } from './repositories/request-corrections.js';
import { RequestMovesRepository } from './repositories/request-moves.js';
import { BulkOperationsRepository } from './repositories/bulk-operations.js';
import { SourcesRepository } from './repositories/sources.js';
import { RequestsRepository } from './repositories/requests.js';
import { StatisticsRepository } from './repositories/statistics.js';
import { StorageUsageRepository } from './repositories/storage-usage.js';
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
  RequestCorrectionsRepository,
  RequestMovesRepository,
  BulkOperationsRepository,
  StatisticsRepository,
  StorageUsageRepository,
  CompletedImagesRepository,
];

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Env],
      useFactory: (env: Env) => ({
        ...dataSourceOptions(env.DATABASE_URL!, env.DATABASE_CONNECTIONS, {
          responseTimeoutMs: env.DATABASE_TIMEOUT_SECONDS * 1000,
        }),
        // Waits half a minute for a server that is still starting (docker compose up).
        retryAttempts: 15,
        retryDelay: 2000,
      }),
      dataSourceFactory: async (options) => {
        // Migrations have no response timeout.
        const unlimited = { ...options!, extra: connectionOptions({}) };
        const migrating = await new DataSource(unlimited).initialize();
        try {
          await migrate(migrating);
        } finally {
          await migrating.destroy();
        }
        return new DataSource(options!).initialize();
      },
    }),
  ],
  providers: [
    SnapshotReader,
    OpenWorkQuota,
    DatabaseProbe,
    ...repositories,
    { provide: ServerSecret, inject: [DataSource], useFactory: loadServerSecret },
    {
      provide: InstallationId,
      inject: [DataSource, ServerSecret],
      useFactory: loadInstallationId,
    },
  ],
  exports: [...repositories, OpenWorkQuota, DatabaseProbe, InstallationId, ServerSecret],
})
export class DatabaseModule {}
