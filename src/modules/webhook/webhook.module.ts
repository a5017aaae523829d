import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { raw } from 'express';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryDispatcher } from './delivery-dispatcher.js';
import { DeliveryProcessor } from './delivery.processor.js';
import { DeliverySender } from './delivery-sender.js';
import { DeliveryTiming } from './delivery-timing.js';
import { ReceivedWebhooks } from './received-webhooks.js';
import { ResendLimit } from './resend-limit.js';
import { ReceiverController } from './receiver.controller.js';

/** Deliveries: sending, log, resend; and a receiver to try them on. */
@Module({
  imports: [HttpClientModule],
  controllers: [DeliveriesController, ReceiverController],
  providers: [
    DeliveryTiming,
    DeliverySender,
    DeliveryProcessor,
    DeliveryDispatcher,
    ReceivedWebhooks,
    ResendLimit,
  ],
})
export class WebhookModule implements NestModule {
  /** The signature is over the bytes as they came, so nothing may parse them before. */
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(raw({ type: () => true, limit: '64kb' }))
      .forRoutes({ path: 'webhook', method: RequestMethod.POST });
  }
}
