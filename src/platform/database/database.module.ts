import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { toStartError } from '../errors/start-errors.js';
import { InstallationId } from '../config/installation-id.js';
import { ServerSecret } from '../config/server-secret.js';
import { Env } from '../config/env.js';
import { DatabaseProbe } from './database-probe.js';
import { databaseOptions } from './data-source.js';
import { loadInstallationId } from './load-installation-id.js';
import { loadServerSecret } from './load-server-secret.js';
import { prepareSchema } from './prepare-schema.js';
import { OpenWorkQuota } from './open-work-quota.js';
import { ArtifactsRepository } from './repositories/artifacts.js';
import { BacklogRepository } from './repositories/backlog.js';
import { CompletedImagesRepository } from './repositories/completed-images.js';
import { DeliveriesRepository } from './repositories/deliveries.js';
import { DeliveryLogRepository } from './repositories/delivery-log.js';
import { DueRequestsRepository } from './repositories/due-requests.js';
import { ExportRowsRepository } from './repositories/export-rows.js';
import { ImagesRepository } from './repositories/images.js';
import { OutcomesRepository } from './repositories/outcomes.js';
import { OwnerUsageMeter } from './owner-usage-meter.js';
import { OwnerUsageRepository } from './repositories/owner-usage.js';
import { PausesRepository } from './repositories/pauses.js';
import { ProductsRepository } from './repositories/products.js';
import { RequestCorrectionsRepository } from './repositories/request-corrections.js';
import { RequestTransitionsRepository } from './repositories/request-transitions.js';
import { BulkOperationsRepository } from './repositories/bulk-operations.js';
import { SourcesRepository } from './repositories/sources.js';
import { RequestsRepository } from './repositories/requests.js';
import { ReportsRepository } from './repositories/reports.js';
import { RequestAuditsRepository } from './repositories/request-audits.js';
import { StatisticsRepository } from './repositories/statistics.js';
import { WaitingWorkRepository } from './repositories/waiting-work.js';
import { WorkersRepository } from './repositories/workers.js';
import { TaskLeasesRepository } from './repositories/task-leases.js';
import { ReadConnections } from './read-connections.js';
import { StorageUsageRepository } from './repositories/storage-usage.js';
import { SnapshotReader } from './snapshot-reader.js';
import { StorageBudget } from './storage-budget.js';

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
  RequestTransitionsRepository,
  BulkOperationsRepository,
  ReportsRepository,
  RequestAuditsRepository,
  StatisticsRepository,
  StorageUsageRepository,
  CompletedImagesRepository,
  PausesRepository,
  WorkersRepository,
  WaitingWorkRepository,
  OwnerUsageRepository,
  TaskLeasesRepository,
  BacklogRepository,
];

/** Error code of a server that is unreachable or still starting. */
const RETRYABLE_CODE = 'database_unusable';

interface OptionsWithPreparation {
  prepare: () => Promise<void>;
}

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Env],
      useFactory: (env: Env) => ({
        ...databaseOptions(env),
        // Waits half a minute for a server that is still starting, for example with docker compose.
        retryAttempts: 15,
        retryDelay: 2000,
        // The operator has to fix all other errors.
        toRetry: (error: unknown) =>
          (toStartError(error, env)?.code ?? RETRYABLE_CODE) === RETRYABLE_CODE,
        prepare: () => prepareSchema(env),
      }),
      dataSourceFactory: async (options) => {
        await (options as unknown as OptionsWithPreparation).prepare();
        return new DataSource(options!).initialize();
      },
    }),
  ],
  providers: [
    ReadConnections,
    SnapshotReader,
    OpenWorkQuota,
    DatabaseProbe,
    OwnerUsageMeter,
    StorageBudget,
    ...repositories,
    { provide: ServerSecret, inject: [DataSource], useFactory: loadServerSecret },
    {
      provide: InstallationId,
      inject: [DataSource, ServerSecret],
      useFactory: loadInstallationId,
    },
  ],
  exports: [
    ...repositories,
    OpenWorkQuota,
    OwnerUsageMeter,
    StorageBudget,
    DatabaseProbe,
    InstallationId,
    ServerSecret,
  ],
})
export class DatabaseModule {}
