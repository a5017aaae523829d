import { Module } from '@nestjs/common';
import { PageController } from './page.controller.js';
import { PageFiles } from './page-files.js';

/** Serves the built web page (`web/`). The page uses the HTTP API only. */
@Module({
  controllers: [PageController],
  providers: [PageFiles],
})
export class WebModule {}
