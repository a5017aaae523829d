import { Module } from '@nestjs/common';
import { CompressionModule } from '../../platform/compression/compression.module.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { CatalogUrlDownloader } from './catalog-url.js';
import { Estimator } from './estimate.js';
import { UploadReceiver } from './upload-receiver.js';
import { UploadController } from './upload.controller.js';
import { WebhookSelector } from './webhook-selector.js';

@Module({
  imports: [CompressionModule, HttpClientModule, StorageModule],
  controllers: [UploadController],
  providers: [CatalogUrlDownloader, Estimator, UploadReceiver, WebhookSelector],
})
export class UploadModule {}
