import { Module } from '@nestjs/common';
import { CompressionModule } from '../../platform/compression/compression.module.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { ImageDispatcher } from './image-dispatcher.js';
import { FairOrder } from '../../platform/concurrency/fair-order.js';
import { SchemeFallback } from './scheme-fallback.js';
import { ArtifactBuilder } from './artifact-builder.js';
import { EnqueuedImages } from './enqueued-images.js';
import { ImageClaims } from './image-claims.js';
import { ImageAudits } from './image-audits.js';
import { ImageTelemetry } from './image-telemetry.js';
import { ImageProcessor } from './image.processor.js';
import { InFlightImages } from './in-flight-images.js';
import { KnownArtifacts } from './known-artifacts.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { ParkedImages } from './parked-images.js';
import { ProcessImage } from './process-image.js';
import { ResultRecorder } from './result-recorder.js';
import { SourceFetcher } from './source-fetcher.js';
import { StorageBudgetPause } from './storage-budget-pause.js';

@Module({
  imports: [CompressionModule, HttpClientModule, StorageModule],
  providers: [
    ArtifactBuilder,
    SchemeFallback,
    ImageDispatcher,
    FairOrder,
    ImageClaims,
    ImageProcessor,
    ImageAudits,
    ImageTelemetry,
    InFlightImages,
    KnownArtifacts,
    OutcomeRecorder,
    ParkedImages,
    EnqueuedImages,
    ProcessImage,
    ResultRecorder,
    SourceFetcher,
    StorageBudgetPause,
  ],
})
export class ProcessingModule {}
