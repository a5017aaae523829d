import { Module } from '@nestjs/common';
import { CompressionModule } from '../../platform/compression/compression.module.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { Dispatcher } from './dispatcher.js';
import { FairOrder } from './fair-order.js';
import { ImageClaims } from './image-claims.js';
import { ImageProcessor } from './image.processor.js';
import { InFlightImages } from './in-flight-images.js';
import { KnownArtifacts } from './known-artifacts.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { ProcessImage } from './process-image.js';

@Module({
  imports: [CompressionModule, HttpClientModule, StorageModule],
  providers: [
    Dispatcher,
    FairOrder,
    ImageClaims,
    ImageProcessor,
    InFlightImages,
    KnownArtifacts,
    OutcomeRecorder,
    ProcessImage,
  ],
})
export class ProcessingModule {}
