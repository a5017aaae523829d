import { Module } from '@nestjs/common';
import { PageController } from './page.controller.js';
import { PageFiles } from './page-files.js';

/** Serves the built web page (`web/`), which calls the app only over HTTP. */
@Module({ controllers: [PageController], providers: [PageFiles] })
export class WebModule {}
