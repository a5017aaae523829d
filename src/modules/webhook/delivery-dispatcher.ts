import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import {
  enqueueInBatches,
  PollingDispatcher,
} from '../../platform/concurrency/polling-dispatcher.js';
import { DeliveriesRepository } from '../../platform/database/repositories/deliveries.js';
import { runShutdownStep } from '../../platform/queues/run-shutdown-step.js';
import { JobQueues } from '../../platform/queues/job-queues.js';
import { Signals } from '../../platform/queues/signals.js';
import { DeliveryTiming } from './delivery-timing.js';
import { WEBHOOK_ERRORS } from './error-table.js';

const POLL_INTERVAL_MS = 1000;
/** Time after which a delivery is enqueued again, because Redis may have lost its job. */
const REDISPATCH_AFTER_SECONDS = 10;
/** Maximum number of jobs in Redis, which limits its memory use. Other deliveries stay in PostgreSQL. */
const MAX_JOBS = 100;

/** Enqueues due deliveries for the workers. */
@Injectable()
export class DeliveryDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly dispatcher = new PollingDispatcher({
    name: DeliveryDispatcher.name,
    failureMessage: 'Could not dispatch webhook deliveries; they stay pending',
    recoveryMessage: 'Webhook dispatch resumed',
    retryMs: POLL_INTERVAL_MS,
    poll: () => this.dispatchDue(),
  });

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly queues: JobQueues,
    private readonly signals: Signals,
    private readonly timing: DeliveryTiming,
  ) {}

  onApplicationBootstrap(): void {
    this.dispatcher.startPolling(this.signals.deliveriesDue);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await runShutdownStep('Stopping the delivery dispatcher', this.dispatcher.stopPolling());
  }

  private async dispatchDue(): Promise<number> {
    const freeSlotCount = MAX_JOBS - (await this.queues.countOpenDeliveryJobs());
    if (freeSlotCount <= 0) return POLL_INTERVAL_MS;
    const dueDeliveries = await this.deliveries.queueDueDeliveries(
      freeSlotCount,
      REDISPATCH_AFTER_SECONDS,
      this.timing.leaseSeconds,
      WEBHOOK_ERRORS.interrupted,
    );
    await enqueueInBatches(dueDeliveries, {
      batchSize: MAX_JOBS,
      enqueue: (jobs) => this.queues.enqueueDeliveries(jobs),
      revertEnqueue: (jobs) => this.deliveries.revertEnqueue(jobs),
    });
    return POLL_INTERVAL_MS;
  }
}
