import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { json } from 'express';
import { CorrectionsController } from './corrections/corrections.controller.js';
import { RequestCorrections } from './corrections/request-corrections.service.js';
import { LifecycleController } from './lifecycle.controller.js';
import { RequestLifecycle } from './request-lifecycle.js';

const post = (path: string) => ({ path: `requests/:id/${path}`, method: RequestMethod.POST });

/** Changes whole requests: cancel, retry, correct, remove. */
@Module({
  controllers: [LifecycleController, CorrectionsController],
  providers: [RequestLifecycle, RequestCorrections],
})
export class RequestsModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    // Fits 1,000 corrections with URLs of maximum length.
    consumer.apply(json({ limit: '12mb' })).forRoutes(post('corrections'));
    consumer.apply(json({ limit: '4kb' })).forRoutes(post('retry'));
  }
}
