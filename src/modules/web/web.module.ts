import { Module, type OnModuleInit } from '@nestjs/common';
import { Downloader } from '../../platform/http-client/downloader.js';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { PageController } from './page.controller.js';
import { PageFiles } from './page-files.js';
import { SampleImages } from './sample-images.js';

/** Serves the built web page (`web/`), which calls the app by HTTP only, and the images of its sample catalog. */
@Module({
  imports: [HttpClientModule],
  controllers: [PageController],
  providers: [PageFiles],
})
export class WebModule implements OnModuleInit {
  constructor(private readonly downloader: Downloader) {}

  onModuleInit(): void {
    this.downloader.addSource(new SampleImages());
  }
}
