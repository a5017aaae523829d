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

/** High, because calls wait for the network and need little CPU. */
const CONCURRENCY = 20;
/** Time that running calls get at shutdown. */
const FINISH_MS = 3000;

/** Claims enqueued deliveries, sends them, and releases those that a shutdown interrupts. */
@Injectable()
export class DeliveryProcessor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(DeliveryProcessor.name);
  private readonly stopped = new AbortController();
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
    await this.consumer.stopConsuming(FINISH_MS, () => this.stopped.abort());
  }

  private async handleJob(job: DeliveryJob): Promise<void> {
    try {
      await this.sendClaimed(job);
    } catch (error) {
      // The dispatcher enqueues the delivery again when its lease has expired.
      this.log.error({ message: 'Delivery interrupted; it will be dispatched again', err: error });
    }
  }

  private async sendClaimed({ delivery_id: deliveryId, dispatch }: DeliveryJob): Promise<void> {
    const job = { deliveryId, dispatch };
    const claimed = await this.deliveries.claimDelivery(
      job,
      randomUUID(),
      this.timing.leaseSeconds,
    );
    // An outdated job: the delivery was sent, claimed by another worker or removed.
    if (!claimed) return;
    await withLogContext({ request_id: claimed.requestId }, () => this.sendUnlessStopped(claimed));
  }

  private async sendUnlessStopped(delivery: ClaimedDelivery): Promise<void> {
    try {
      await this.sender.send(delivery, this.stopped.signal);
    } catch (error) {
      if (!this.stopped.signal.aborted) throw error;
      await this.deliveries.releaseClaim(delivery.id, delivery.lease);
    }
  }
}
