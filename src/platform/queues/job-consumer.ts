import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import type { Redis } from 'ioredis';
import { runShutdownStep } from './run-shutdown-step.js';

const RETRY_DELAY_MS = 1000;

/** The connection for subscriptions, which Bull's types omit. */
interface SubscribedQueue {
  eclient: Redis;
}

export interface JobConsumerOptions<T> {
  /** Maximum number of concurrent jobs in this process. */
  concurrency: number;
  handleJob: (job: Job<T>) => Promise<void>;
}

/** Consumes one Bull queue. Every consumer in this app uses it instead of `@Processor()`. */
export class JobConsumer<T> {
  private readonly log = new Logger('Queues');
  private readonly runningJobs = new Set<Promise<void>>();
  private isStopping = false;

  constructor(
    private readonly queue: Queue<T>,
    private readonly options: JobConsumerOptions<T>,
  ) {}

  startConsuming(): void {
    const { concurrency, handleJob } = this.options;
    const consume = async () => {
      await this.subscribe();
      if (this.isStopping) return;
      await this.queue.process(concurrency, (job) => this.trackJob(handleJob(job)));
    };
    // `consume()` rejects if the queue is closed before the first connection to Redis.
    consume().catch((error: unknown) => {
      const message = `The consumer of the ${this.queue.name} queue ended`;
      if (!this.isStopping) this.log.error({ message, err: error });
    });
  }

  /**
   * Subscribes to the channel that Bull needs. Bull never repeats a subscription that the access control
   * list of Redis has denied.
   */
  private async subscribe(): Promise<void> {
    const { eclient } = this.queue as unknown as SubscribedQueue;
    while (!this.isStopping) {
      try {
        await eclient.subscribe(this.queue.toKey('delayed'));
        return;
      } catch (error) {
        if (!isPermissionMissing(error)) throw error;
        await sleep(RETRY_DELAY_MS, undefined, { ref: false });
      }
    }
  }

  /** Pauses or resumes this consumer. Consumers in other processes continue. */
  async setPaused(isPaused: boolean): Promise<void> {
    try {
      if (isPaused) await this.queue.pause(true, true);
      else await this.queue.resume(true);
    } catch (error) {
      const message = `Could not ${isPaused ? 'pause' : 'resume'} the ${this.queue.name} queue`;
      this.log.warn({ message, err: error });
    }
  }

  /**
   * Stops accepting jobs and waits for the running ones to finish.
   * @param finishMs time after which `abortJobs` is called
   */
  async stopConsuming(finishMs: number, abortJobs: () => void): Promise<void> {
    this.isStopping = true;
    await runShutdownStep(`Pausing the ${this.queue.name} queue`, this.queue.pause(true, true));
    const timer = setTimeout(abortJobs, finishMs);
    await Promise.allSettled(this.runningJobs);
    clearTimeout(timer);
  }

  private async trackJob(work: Promise<void>): Promise<void> {
    this.runningJobs.add(work);
    try {
      await work;
    } finally {
      this.runningJobs.delete(work);
    }
  }
}

const isPermissionMissing = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOPERM');
