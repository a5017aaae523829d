import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { json } from 'express';
import { CompressionModule } from '../../platform/compression/compression.module.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { OriginsService } from './origins.service.js';
import { PausesController } from './pauses.controller.js';
import { PausesService } from './pauses.service.js';
import { QueuesController } from './queues.controller.js';
import { SessionController } from './session.controller.js';
import { UsageController } from './usage.controller.js';
import { WaitingController } from './waiting.controller.js';
import { WaitingService } from './waiting.service.js';
import { WorkersController } from './workers.controller.js';

/**
 * The operator API for queues, origins, workers, pauses and usage. Its page is in `web/src/operator`.
 */
@Module({
  imports: [CompressionModule, HttpClientModule, StorageModule],
  controllers: [
    SessionController,
    QueuesController,
    WorkersController,
    WaitingController,
    PausesController,
    UsageController,
  ],
  providers: [OriginsService, PausesService, WaitingService],
})
export class OperatorModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(json({ limit: '4kb' }))
      .forRoutes({ path: 'operator/pauses', method: RequestMethod.POST });
  }
}
