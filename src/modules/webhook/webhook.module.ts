import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { raw } from 'express';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryTiming } from './delivery-timing.js';
import { ReceivedWebhooks } from './received-webhooks.js';
import { ReceiverController } from './receiver.controller.js';
import { ResendLimit } from './resend-limit.js';

/** Lists and resends deliveries, and provides a receiver for testing. */
@Module({
  controllers: [DeliveriesController, ReceiverController],
  providers: [DeliveryTiming, ReceivedWebhooks, ResendLimit],
})
export class WebhookModule implements NestModule {
  /** Keeps the raw body, because the signature covers the exact bytes. */
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(raw({ type: () => true, limit: '64kb' }))
      .forRoutes({ path: 'webhook', method: RequestMethod.POST });
  }
}
