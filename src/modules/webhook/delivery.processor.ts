import { randomUUID } from 'node:crypto';
import { InjectQueue, Process, Processor } from '@nestjs/bull';
import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { withLogContext } from '../../platform/logging/log-context.js';
import {
  type ClaimedDelivery,
  DeliveriesRepository,
} from '../../platform/database/repositories/deliveries.js';
import { endInTime } from '../../platform/queues/end-in-time.js';
import { type DeliveryJob, WEBHOOKS_QUEUE } from '../../platform/queues/jobs.js';
import { DeliverySender } from './delivery-sender.js';
import { DeliveryTiming } from './delivery-timing.js';

/** Calls wait on the network, not on this machine. */
const CONCURRENCY = 20;
/** Calls under way get this long to end when the app stops. */
const STOP_PATIENCE_MS = 3000;

/** Takes hinted deliveries under a lease, has them sent, and gives back what a stop interrupts. */
@Processor(WEBHOOKS_QUEUE)
export class DeliveryProcessor implements BeforeApplicationShutdown {
  private readonly log = new Logger(DeliveryProcessor.name);
  private readonly underWay = new Set<Promise<void>>();
  private readonly stop = new AbortController();

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly sender: DeliverySender,
    private readonly timing: DeliveryTiming,
    @InjectQueue(WEBHOOKS_QUEUE) private readonly queue: Queue<DeliveryJob>,
  ) {}

  @Process({ concurrency: CONCURRENCY })
  async process({ data }: Job<DeliveryJob>): Promise<void> {
    const work = withLogContext({ delivery_id: data.delivery_id }, () => this.work(data));
    this.underWay.add(work);
    try {
      await work;
    } catch (error) {
      // Its hint or its lease runs out and the dispatcher brings it back.
      this.log.error({ message: 'A delivery was interrupted and comes back', err: error });
    } finally {
      this.underWay.delete(work);
    }
  }

  /** The queue first, only in this app; then what is under way, which is given back if it takes long. */
  async beforeApplicationShutdown(): Promise<void> {
    await endInTime('The pause of the webhooks queue', this.queue.pause(true, true));
    const patience = setTimeout(() => this.stop.abort(), STOP_PATIENCE_MS);
    await Promise.allSettled(this.underWay);
    clearTimeout(patience);
  }

  private async work({ delivery_id: deliveryId, dispatch }: DeliveryJob): Promise<void> {
    const hint = { deliveryId, dispatch };
    const claimed = await this.deliveries.claim(hint, randomUUID(), this.timing.leaseSeconds);
    // An old hint: the delivery was sent, taken by another worker, or removed meanwhile.
    if (!claimed) return;
    await withLogContext({ request_id: claimed.requestId }, () => this.sendUnlessStopped(claimed));
  }

  private async sendUnlessStopped(delivery: ClaimedDelivery): Promise<void> {
    try {
      await this.sender.send(delivery, this.stop.signal);
    } catch (error) {
      if (!this.stop.signal.aborted) throw error;
      await this.deliveries.giveBack(delivery.id, delivery.lease);
    }
  }
}
