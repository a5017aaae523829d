import { FairQueue } from '../../concurrency/fair-queue.js';
import type {
  Compressed,
  CompressedOutputs,
  CompressOutputsTask,
  CompressTask,
} from './decoder-messages.js';
import { DECODER_EXIT_REASONS, type DecoderExitReason } from './decoder-exit.js';
import { DecoderProcess, type DecoderSettings, type PendingTask } from './decoder-process.js';
import { DecoderUnavailableError } from '../image-errors.js';

export interface DecoderPoolSettings extends DecoderSettings {
  /** Maximum number of child processes. They are started on demand. */
  size: number;
  /** Maximum number of waiting tasks. Further tasks are rejected with policy `uncounted`. */
  maxWaitingTasks: number;
  /** Maximum time that a shutdown waits for running tasks, in seconds. */
  stopTimeoutSeconds: number;
}

export interface CompressSettings {
  /** Removes a waiting task, or kills the child of a running one. */
  signal?: AbortSignal;
  /** Groups of waiting tasks are served round-robin. */
  group?: string;
  /**
   * Called with the processing time in milliseconds, even after a failure. Not called for a task
   * that never started.
   */
  onEnd?: (durationMs: number) => void;
}

/** State of a pool, for metrics. */
export interface DecoderPoolStatistics {
  waitingTaskCount: number;
  runningTaskCount: number;
  /** Resident bytes of each child. */
  memoryBytes: number[];
  /** Number of exited children by reason, since the pool was created. */
  exitCounts: Readonly<Record<DecoderExitReason, number>>;
}

/** Assigns tasks to a limited number of child processes. Groups of tasks are served round-robin. */
export class DecoderPool {
  readonly #waitingTasks = new FairQueue<PendingTask>();
  readonly #children = new Set<DecoderProcess>();
  #stopPromise: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;
  #isClosed = false;
  readonly #exitCounts = Object.fromEntries(
    DECODER_EXIT_REASONS.map((reason) => [reason, 0]),
  ) as Record<DecoderExitReason, number>;

  constructor(private readonly settings: DecoderPoolSettings) {}

  /** Process IDs of the running children. */
  get pids(): number[] {
    return [...this.#children].flatMap(({ pid }) => pid ?? []);
  }

  get statistics(): DecoderPoolStatistics {
    const children = [...this.#children];
    return {
      waitingTaskCount: this.#waitingTasks.length,
      runningTaskCount: children.reduce((sum, { taskCount }) => sum + taskCount, 0),
      memoryBytes: children.map(({ memoryBytes }) => memoryBytes),
      exitCounts: { ...this.#exitCounts },
    };
  }

  /** Compresses an image to a single output. */
  async compressImage(
    { source, ...output }: CompressTask,
    settings?: CompressSettings,
  ): Promise<Compressed> {
    const { outputs } = await this.compressOutputs({ source, outputs: [output] }, settings);
    return outputs[0];
  }

  compressOutputs(
    task: CompressOutputsTask,
    { signal, group = '', onEnd }: CompressSettings = {},
  ): Promise<CompressedOutputs> {
    if (this.#stopPromise)
      return Promise.reject(new DecoderUnavailableError('the app is stopping'));
    if (this.#waitingTasks.length >= this.settings.maxWaitingTasks) {
      return Promise.reject(new DecoderUnavailableError('too many images are waiting'));
    }
    if (signal?.aborted) return Promise.reject(signal.reason);
    const cancelTask = () => this.#cancelWaiting(task);
    signal?.addEventListener('abort', cancelTask);
    let pending: PendingTask;
    const result = new Promise<CompressedOutputs>((resolve, reject) => {
      pending = { task, group, signal, resolve, reject };
      this.#waitingTasks.pushItem(pending, group);
      this.#assignTasks();
    });
    return result.finally(() => {
      signal?.removeEventListener('abort', cancelTask);
      if (pending.startedAt !== undefined) onEnd?.(performance.now() - pending.startedAt);
    });
  }

  stop(): Promise<void> {
    this.#stopPromise ??= this.#stop();
    return this.#stopPromise;
  }

  async #stop(): Promise<void> {
    this.#rejectWaiting();
    if (this.#isBusy()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.settings.stopTimeoutSeconds * 1000);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isClosed = true;
    await Promise.all([...this.#children].map((child) => child.stop()));
  }

  #isBusy(): boolean {
    return [...this.#children].some(({ taskCount }) => taskCount > 0);
  }

  #rejectWaiting(): void {
    for (const { reject } of this.#waitingTasks.clearItems()) {
      reject(new DecoderUnavailableError('the app is stopping'));
    }
  }

  #cancelWaiting(task: CompressOutputsTask): void {
    const canceledTask = this.#waitingTasks.removeItem((pending) => pending.task === task);
    canceledTask?.reject(canceledTask.signal?.reason);
  }

  #assignTasks(): void {
    if (this.#isClosed) return this.#rejectWaiting();
    while (this.#waitingTasks.length > 0) {
      const child = this.#findAvailableChild();
      if (!child) return;
      child.addTask(this.#waitingTasks.shiftItem()!);
    }
    if (!this.#isBusy()) this.#onIdle?.();
  }

  /** Returns an idle child, otherwise a new one, otherwise one that can queue a second task. */
  #findAvailableChild(): DecoderProcess | undefined {
    const children = [...this.#children];
    const idleChild = children.find(({ taskCount }) => taskCount === 0);
    if (idleChild) return idleChild;
    if (children.length < this.settings.size) return this.#startChild();
    // Queues a second task only under load: a single task must not wait behind a slow one.
    if (this.#waitingTasks.length < this.settings.size) return undefined;
    return children.find(({ taskCount }) => taskCount < DecoderProcess.MAX_TASKS);
  }

  #startChild(): DecoderProcess {
    const child = new DecoderProcess(
      this.settings,
      () => this.#assignTasks(),
      (exitedChild, queuedTasks, reason) => {
        this.#exitCounts[reason] += 1;
        this.#children.delete(exitedChild);
        for (const task of queuedTasks) this.#waitingTasks.requeueItem(task, task.group);
        this.#assignTasks();
      },
    );
    this.#children.add(child);
    return child;
  }
}
