import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { json } from 'express';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { Compressor } from '../../platform/compression/compressor.js';
import { Dispatcher } from './dispatcher.js';
import { FairOrder } from './fair-order.js';
import { ImageClaims } from './image-claims.js';
import { ImageProcessor } from './image.processor.js';
import { InFlightImages } from './in-flight-images.js';
import { KnownArtifacts } from './known-artifacts.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { PreviewController } from '../preview/preview.controller.js';
import { PreviewImages } from '../preview/preview-images.js';
import { RecentSources } from '../preview/recent-sources.js';
import { ProcessImage } from './process-image.js';

@Module({
  imports: [HttpClientModule, StorageModule],
  controllers: [PreviewController],
  providers: [
    Compressor,
    Dispatcher,
    FairOrder,
    ImageClaims,
    ImageProcessor,
    InFlightImages,
    KnownArtifacts,
    OutcomeRecorder,
    ProcessImage,
    PreviewImages,
    RecentSources,
  ],
})
export class ProcessingModule implements NestModule {
  /** Only JSON: a form of another site can't send that without being asked for permission (CORS). */
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(json({ limit: '16kb' }))
      .forRoutes({ path: 'preview', method: RequestMethod.POST });
  }
}
