import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { json } from 'express';
import { CorrectionsController } from './corrections/corrections.controller.js';
import { RequestCorrections } from './corrections/request-corrections.service.js';
import { LifecycleController } from './lifecycle.controller.js';
import { RequestLifecycle } from './request-lifecycle.js';

const postRoute = (path: string) => ({ path: `requests/:id/${path}`, method: RequestMethod.POST });

/** Cancels, retries, corrects and removes requests. */
@Module({
  controllers: [LifecycleController, CorrectionsController],
  providers: [RequestLifecycle, RequestCorrections],
})
export class RequestsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    // Enough for 1,000 corrections with URLs of maximum length.
    consumer.apply(json({ limit: '12mb' })).forRoutes(postRoute('corrections'));
    consumer.apply(json({ limit: '4kb' })).forRoutes(postRoute('retry'));
  }
}
