import { Module } from '@nestjs/common';
import { HttpClientModule } from '../../platform/http-client/http-client.module.js';
import { DeliveryDispatcher } from './delivery-dispatcher.js';
import { DeliveryProcessor } from './delivery.processor.js';
import { DeliverySender } from './delivery-sender.js';
import { DeliveryTiming } from './delivery-timing.js';

/** Dispatches and sends deliveries. */
@Module({
  imports: [HttpClientModule],
  providers: [DeliveryTiming, DeliverySender, DeliveryProcessor, DeliveryDispatcher],
})
export class DeliveryWorkerModule {}
