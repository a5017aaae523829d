import { Module, type OnModuleInit } from '@nestjs/common';
import { Downloader } from '../../platform/http-client/downloader.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { SampleImages } from './sample-images.js';

/** Registers the images of the sample catalog with the downloader, in the API and in workers. */
@Module({ imports: [HttpClientModule] })
export class SampleImagesModule implements OnModuleInit {
  constructor(private readonly downloader: Downloader) {}

  onModuleInit(): void {
    this.downloader.addSource(new SampleImages());
  }
}
