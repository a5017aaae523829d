import { Module } from '@nestjs/common';
import { StorageModule } from '../../platform/storage/storage.module.js';
import { DownloadController } from './download.controller.js';
import { ExportService } from './export.service.js';
import { ImagesZip } from './images-zip.js';
import { ImagesController } from './images.controller.js';
import { OpenDownloads } from './open-downloads.js';

@Module({
  imports: [StorageModule],
  controllers: [DownloadController, ImagesController],
  providers: [ExportService, ImagesZip, OpenDownloads],
})
export class ExportModule {}
