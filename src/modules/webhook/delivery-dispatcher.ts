import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { Ticker } from '../../platform/concurrency/ticker.js';
import { DeliveriesRepository } from '../../platform/database/repositories/deliveries.js';
import { endInTime } from '../../platform/queues/end-in-time.js';
import { JobQueues } from '../../platform/queues/job-queues.js';
import { Signals } from '../../platform/queues/signals.js';
import { DeliveryTiming } from './delivery-timing.js';

const INTERVAL_MS = 1000;
/** Redis may lose a hint; after this long the delivery is hinted again. */
const REDISPATCH_AFTER_SECONDS = 10;
/** Hints in Redis at once. All others wait in PostgreSQL, so that a slow receiver fills no memory. */
const WINDOW = 100;

/** Tells the workers through Redis which deliveries are due. PostgreSQL knows; this is a timer that looks. */
@Injectable()
export class DeliveryDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(DeliveryDispatcher.name);
  private readonly ticker = new Ticker(() => this.dispatch(), INTERVAL_MS);
  private nudges?: Subscription;
  private failing = false;

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly queues: JobQueues,
    private readonly signals: Signals,
    private readonly timing: DeliveryTiming,
  ) {}

  onApplicationBootstrap(): void {
    this.ticker.start();
    this.nudges = this.signals.deliveriesDue.subscribe(() => this.ticker.nudge());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.nudges?.unsubscribe();
    await endInTime('The dispatcher of deliveries', this.ticker.stop());
  }

  private async dispatch(): Promise<void> {
    try {
      await this.hintDue();
      if (this.failing) this.log.log('Deliveries go on');
      this.failing = false;
    } catch (error) {
      // The next tick tries again; one line is enough to say that something is away.
      if (!this.failing) this.log.warn({ message: 'Deliveries wait', err: error });
      this.failing = true;
    }
  }

  private async hintDue(): Promise<void> {
    const room = WINDOW - (await this.queues.openDeliveryJobs());
    if (room <= 0) return;
    const due = await this.deliveries.nextDue(
      room,
      REDISPATCH_AFTER_SECONDS,
      this.timing.leaseSeconds,
    );
    if (due.length === 0) return;
    try {
      await this.queues.enqueueDeliveries(due);
    } catch (error) {
      await this.deliveries.revertEnqueue(due);
      throw error;
    }
  }
}
