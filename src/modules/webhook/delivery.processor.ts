import { randomUUID } from 'node:crypto';
import { InjectQueue } from '@nestjs/bull';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Queue } from 'bull';
import { withLogContext } from '../../platform/logging/log-context.js';
import {
  type ClaimedDelivery,
  DeliveriesRepository,
} from '../../platform/database/repositories/deliveries.js';
import { JobConsumer } from '../../platform/queues/job-consumer.js';
import { type DeliveryJob, WEBHOOKS_QUEUE } from '../../platform/queues/jobs.js';
import { DeliverySender } from './delivery-sender.js';
import { DeliveryTiming } from './delivery-timing.js';

/** Number of concurrent calls. High, because calls wait for the network and need little CPU. */
const CONCURRENCY = 20;
/** Time that running calls have to finish at shutdown. */
const FINISH_TIMEOUT_MS = 3000;

/** Claims enqueued deliveries, sends them, and releases those that a shutdown interrupts. */
@Injectable()
export class DeliveryProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(DeliveryProcessor.name);
  private readonly stopController = new AbortController();
  private readonly consumer: JobConsumer<DeliveryJob>;

  constructor(
    @InjectQueue(WEBHOOKS_QUEUE) queue: Queue<DeliveryJob>,
    private readonly deliveries: DeliveriesRepository,
    private readonly sender: DeliverySender,
    private readonly timing: DeliveryTiming,
  ) {
    this.consumer = new JobConsumer(queue, {
      concurrency: CONCURRENCY,
      handleJob: ({ data }) =>
        withLogContext({ delivery_id: data.delivery_id }, () => this.handleJob(data)),
    });
  }

  onApplicationBootstrap(): void {
    this.consumer.startConsuming();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.consumer.stopConsuming(FINISH_TIMEOUT_MS, () => this.stopController.abort());
  }

  private async handleJob(job: DeliveryJob): Promise<void> {
    try {
      await this.claimAndSend(job);
    } catch (error) {
      // The dispatcher enqueues the delivery again after its lease has expired.
      this.log.error({ message: 'Delivery interrupted; it will be dispatched again', err: error });
    }
  }

  private async claimAndSend({ delivery_id: deliveryId, dispatch }: DeliveryJob): Promise<void> {
    const job = { deliveryId, dispatch };
    const delivery = await this.deliveries.claimDelivery(
      job,
      randomUUID(),
      this.timing.leaseSeconds,
    );
    // The job is outdated: the delivery was sent, claimed by another worker or removed.
    if (!delivery) return;
    await withLogContext({ request_id: delivery.requestId }, () =>
      this.sendUnlessStopped(delivery),
    );
  }

  private async sendUnlessStopped(delivery: ClaimedDelivery): Promise<void> {
    try {
      await this.sender.sendDelivery(delivery, this.stopController.signal);
    } catch (error) {
      if (!this.stopController.signal.aborted) throw error;
      await this.deliveries.releaseClaim(delivery.id, delivery.lease);
    }
  }
}
