import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Observable, Subscription } from 'rxjs';

export interface PollingDispatcherOptions {
  /** Context of the log messages. */
  name: string;
  /** Logged after the first failed poll. */
  failureMessage: string;
  /** Logged after the first successful poll that follows a failure. */
  recoveryMessage: string;
  /** Pause after a failed poll, in milliseconds. */
  retryMs: number;
  /** Dispatches due work. Returns the pause until the next poll, in milliseconds. */
  poll: () => Promise<number>;
}

/**
 * Polls PostgreSQL for due work and dispatches it, one poll at a time. A repeatable Bull job would be lost
 * if Redis lost its data.
 */
export class PollingDispatcher {
  private readonly log: Logger;
  private isStopping = false;
  private isFailing = false;
  private pauseController = new AbortController();
  private currentRun?: Promise<void>;
  private subscription?: Subscription;

  constructor(private readonly options: PollingDispatcherOptions) {
    this.log = new Logger(options.name);
  }

  /** @param workDue starts the next poll immediately, or after the poll that is running */
  startPolling(workDue: Observable<unknown>): void {
    this.subscription = workDue.subscribe(() => this.pauseController.abort());
    this.currentRun = this.runLoop();
  }

  /** Resolves when the running poll has ended. */
  async stopPolling(): Promise<void> {
    this.isStopping = true;
    this.subscription?.unsubscribe();
    this.pauseController.abort();
    await this.currentRun;
  }

  private async runLoop(): Promise<void> {
    while (!this.isStopping) {
      this.pauseController = new AbortController();
      const pauseMs = await this.pollOnce();
      // An aborted pause starts the next poll.
      await setTimeout(pauseMs, undefined, { signal: this.pauseController.signal }).catch(
        () => undefined,
      );
    }
  }

  private async pollOnce(): Promise<number> {
    try {
      const pauseMs = await this.options.poll();
      if (this.isFailing) this.log.log(this.options.recoveryMessage);
      this.isFailing = false;
      return pauseMs;
    } catch (error) {
      if (!this.isFailing) this.log.warn({ message: this.options.failureMessage, err: error });
      this.isFailing = true;
      return this.options.retryMs;
    }
  }
}

interface EnqueueOptions<T> {
  batchSize: number;
  enqueue: (items: T[]) => Promise<void>;
  /** Receives the items that were not enqueued. */
  revertEnqueue: (items: T[]) => Promise<unknown>;
}

/**
 * Enqueues items in batches. Workers start on the first batch while the others are enqueued. When a batch
 * fails, reverts it and all later ones.
 * @throws the error of `enqueue`
 */
export async function enqueueInBatches<T>(
  items: T[],
  { batchSize, enqueue, revertEnqueue }: EnqueueOptions<T>,
): Promise<void> {
  for (let offset = 0; offset < items.length; offset += batchSize) {
    try {
      await enqueue(items.slice(offset, offset + batchSize));
    } catch (error) {
      await revertEnqueue(items.slice(offset));
      throw error;
    }
  }
}
