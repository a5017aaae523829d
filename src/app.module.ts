import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from './platform/auth/auth.module.js';
import { ConcurrencyModule } from './platform/concurrency/concurrency.module.js';
import { ConfigModule } from './platform/config/config.module.js';
import type { Env } from './platform/config/env.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { ExportModule } from './modules/export/export.module.js';
import { RequestsModule } from './modules/requests/requests.module.js';
import { OperationsModule } from './modules/operations/operations.module.js';
import { OperatorModule } from './modules/operator/operator.module.js';
import { WebModule } from './modules/web/web.module.js';
import { PreviewModule } from './modules/preview/preview.module.js';
import { ProcessingModule } from './modules/processing/processing.module.js';
import { QueuesModule } from './platform/queues/queues.module.js';
import { StatusModule } from './modules/status/status.module.js';
import { UploadModule } from './modules/upload/upload.module.js';
import { WebhookModule } from './modules/webhook/webhook.module.js';

/** Imports all modules. */
@Module({})
export class AppModule {
  /** @param configured environment as configured, without the URLs of the embedded servers */
  static with(env: Env, configured = env): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(env),
        ConcurrencyModule,
        DatabaseModule,
        AuthModule,
        QueuesModule,
        ProcessingModule,
        PreviewModule,
        UploadModule,
        StatusModule,
        ExportModule,
        WebhookModule,
        RequestsModule,
        OperationsModule.with({
          database: configured.DATABASE_URL === undefined,
          redis: configured.REDIS_URL === undefined,
        }),
        OperatorModule,
        WebModule,
      ],
    };
  }
}
