import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from './platform/auth/auth.module.js';
import { TokensModule } from './platform/auth/tokens.module.js';
import { ConcurrencyModule } from './platform/concurrency/concurrency.module.js';
import { ConfigModule } from './platform/config/config.module.js';
import type { Env } from './platform/config/env.js';
import { consumesQueues, servesApi } from './platform/config/role-env.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { ExportModule } from './modules/export/export.module.js';
import { HousekeepingModule } from './modules/requests/housekeeping.module.js';
import { RequestsModule } from './modules/requests/requests.module.js';
import { MetricsModule } from './modules/metrics/metrics.module.js';
import { OperationsModule } from './modules/operations/operations.module.js';
import { SampleImagesModule } from './modules/web/sample-images.module.js';
import { HeartbeatModule } from './modules/operator/heartbeat.module.js';
import { OperatorModule } from './modules/operator/operator.module.js';
import { WebModule } from './modules/web/web.module.js';
import { PresetsModule } from './modules/presets/presets.module.js';
import { ReportModule } from './modules/report/report.module.js';
import { PreviewModule } from './modules/preview/preview.module.js';
import { ProcessingModule } from './modules/processing/processing.module.js';
import { QueuesModule } from './platform/queues/queues.module.js';
import { TelemetryModule } from './platform/telemetry/telemetry.module.js';
import { StatusModule } from './modules/status/status.module.js';
import { UploadModule } from './modules/upload/upload.module.js';
import { DeliveryWorkerModule } from './modules/webhook/delivery-worker.module.js';
import { WebhookModule } from './modules/webhook/webhook.module.js';

const API_MODULES = [
  TokensModule,
  PresetsModule,
  PreviewModule,
  UploadModule,
  StatusModule,
  ReportModule,
  ExportModule,
  WebhookModule,
  RequestsModule,
  OperatorModule,
];

const WORKER_MODULES = [ProcessingModule, DeliveryWorkerModule, HousekeepingModule];

/** Imports the modules for this process's role. */
@Module({})
export class AppModule {
  /** @param configuredEnv configured environment, without the URLs of the embedded servers */
  static forRole(env: Env, configuredEnv = env): DynamicModule {
    const embedded = {
      database: configuredEnv.DATABASE_URL === undefined,
      redis: configuredEnv.REDIS_URL === undefined,
    };
    return {
      module: AppModule,
      imports: [
        ConfigModule.forEnvironment(env),
        TelemetryModule,
        ConcurrencyModule,
        DatabaseModule,
        AuthModule,
        QueuesModule,
        SampleImagesModule,
        ...(consumesQueues(env) ? WORKER_MODULES : []),
        ...(servesApi(env) ? API_MODULES : []),
        OperationsModule.forRole(embedded, servesApi(env)),
        MetricsModule,
        HeartbeatModule,
        ...(servesApi(env) ? [WebModule] : []),
      ],
    };
  }
}
