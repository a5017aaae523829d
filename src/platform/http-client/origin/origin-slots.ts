import { AppError } from '../../errors/app-error.js';
import { AdaptiveConcurrencyLimit } from './adaptive-concurrency-limit.js';
import { BacklogLimit } from './backlog-limit.js';
import { HostBusyError } from '../outbound-errors.js';
import type { SlotScheduler, WaitingHost } from './slot-scheduler.js';

/** Maximum wait for a slot, approximately. A waiting download occupies a worker of the queue. */
const MAX_WAIT_MS = 2000;
/** Delay between the retries of rejected downloads. Thousands of downloads must not return at the same time. */
const RETRY_SPREAD_MS = 20;
const MAX_RETRY_MS = 30_000;

interface Waiter {
  start: () => void;
}

/**
 * The download slots of one host. A slow host fills only its own slots. A download that would wait too
 * long is rejected and retried later, so it does not hold up other hosts.
 */
export class OriginSlots implements WaitingHost {
  private runningCount = 0;
  private readonly waiters = new Set<Waiter>();
  private readonly backlog: BacklogLimit;
  /** Number of downloads rejected since the host last finished a download. */
  private rejectedCount = 0;

  constructor(
    private readonly host: string,
    private readonly scheduler: SlotScheduler,
    private readonly concurrency: AdaptiveConcurrencyLimit,
    private readonly maxWaitMs = MAX_WAIT_MS,
  ) {
    this.backlog = new BacklogLimit(maxWaitMs);
  }

  /** Number of running downloads, and of downloads that are waiting for a slot. */
  get load(): { running: number; waiting: number } {
    return { running: this.runningCount, waiting: this.waiters.size };
  }

  get hasWaitingDownloads(): boolean {
    return this.waiters.size > 0;
  }

  get hasFreeSlot(): boolean {
    return this.runningCount < this.concurrency.limit;
  }

  /** @throws HostBusyError, the reason of `signal`, or the error of `work` */
  async runInSlot<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    await this.acquireSlot(signal);
    try {
      const result = await work();
      this.concurrency.recordSuccess();
      return result;
    } catch (error) {
      // A temporary failure indicates load on the server; a missing image does not.
      if (error instanceof AppError && error.retry === 'later') this.concurrency.recordOverload();
      throw error;
    } finally {
      this.releaseSlot();
    }
  }

  startNextDownload(): void {
    const [waiter] = this.waiters;
    this.occupySlot();
    waiter.start();
  }

  private acquireSlot(signal: AbortSignal | undefined): Promise<void> | undefined {
    if (!this.scheduler.isFull && this.hasFreeSlot) {
      this.occupySlot();
      return undefined;
    }
    if (this.isBacklogFull(this.waiters.size)) throw this.createBusyError();
    return this.waitForSlot(signal);
  }

  private waitForSlot(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const stopWaiting = () => {
        clearInterval(timer);
        signal?.removeEventListener('abort', onAbort);
        this.waiters.delete(waiter);
        if (!this.hasWaitingDownloads) this.scheduler.removeWaitingHost(this);
      };
      const rejectWaiter = (reason: unknown) => {
        stopWaiting();
        reject(reason);
      };
      const onAbort = () => rejectWaiter(signal?.reason);
      const timer = setInterval(() => {
        if (this.isBacklogFull(this.waiters.size - 1)) rejectWaiter(this.createBusyError());
      }, this.maxWaitMs);
      const waiter: Waiter = {
        start: () => {
          stopWaiting();
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiters.add(waiter);
      this.scheduler.addWaitingHost(this);
    });
  }

  /**
   * Returns true if too many downloads are waiting because of the host's own limit. Downloads that wait
   * for the total limit keep waiting.
   */
  private isBacklogFull(otherWaiterCount: number): boolean {
    return !this.hasFreeSlot && otherWaiterCount >= this.backlog.maxWaitingDownloads;
  }

  private createBusyError(): HostBusyError {
    const delayMs = Math.min(this.maxWaitMs + this.rejectedCount * RETRY_SPREAD_MS, MAX_RETRY_MS);
    this.rejectedCount += 1;
    return new HostBusyError(this.host, delayMs * (0.8 + 0.4 * Math.random()));
  }

  private occupySlot(): void {
    this.backlog.recordStart();
    this.runningCount += 1;
    this.scheduler.occupySlot();
  }

  private releaseSlot(): void {
    this.rejectedCount = 0;
    this.backlog.recordEnd();
    this.runningCount -= 1;
    this.scheduler.freeSlot();
    if (this.runningCount === 0 && !this.hasWaitingDownloads) this.backlog.reset();
  }
}
