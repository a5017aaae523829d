import { Module, type OnModuleInit } from '@nestjs/common';
import { Downloader } from '../../platform/http-client/downloader.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { SampleImages } from './sample-images.js';

/** Supplies the images of the page's sample catalog to the downloader, in the API and in the workers. */
@Module({ imports: [HttpClientModule] })
export class SampleImagesModule implements OnModuleInit {
  constructor(private readonly downloader: Downloader) {}

  onModuleInit(): void {
    this.downloader.addSource(new SampleImages());
  }
}
