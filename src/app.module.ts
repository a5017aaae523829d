import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Env } from './config/env.js';
import { DatabaseModule } from './database/database.module.js';
import { ExportModule } from './export/export.module.js';
import { LifecycleModule } from './lifecycle/lifecycle.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { PageModule } from './page/page.module.js';
import { ProcessingModule } from './processing/processing.module.js';
import { QueuesModule } from './queues/queues.module.js';
import { StatusModule } from './status/status.module.js';
import { UploadModule } from './upload/upload.module.js';
import { WebhookModule } from './webhook/webhook.module.js';

/** The only place that knows every feature. */
@Module({})
export class AppModule {
  /** `configured` is the environment as the operator gave it, without the servers of our own. */
  static with(env: Env, configured = env): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(env),
        DatabaseModule,
        AccessModule,
        QueuesModule,
        ProcessingModule,
        UploadModule,
        StatusModule,
        ExportModule,
        WebhookModule,
        LifecycleModule,
        OperationsModule.with({
          database: configured.DATABASE_URL === undefined,
          redis: configured.REDIS_URL === undefined,
        }),
        PageModule,
      ],
    };
  }
}
