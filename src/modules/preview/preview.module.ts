import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { json } from 'express';
import { CompressionModule } from '../../platform/compression/compression.module.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { PreviewController } from './preview.controller.js';
import { PreviewImages } from './preview-images.js';
import { RecentSources } from './recent-sources.js';

@Module({
  imports: [CompressionModule, HttpClientModule, StorageModule],
  controllers: [PreviewController],
  providers: [PreviewImages, RecentSources],
})
export class PreviewModule implements NestModule {
  /** Accepts only JSON, because forms on other sites cannot send JSON without a CORS preflight. */
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(json({ limit: '16kb' }))
      .forRoutes({ path: 'preview', method: RequestMethod.POST });
  }
}
