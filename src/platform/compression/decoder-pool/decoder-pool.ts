import type { Compressed, CompressTask } from './decoder-messages.js';
import { DecoderProcess, type DecoderSettings } from './decoder-process.js';
import { DecoderUnavailableError } from '../image-errors.js';
import { FairTaskQueue } from './fair-task-queue.js';

export interface DecoderPoolSettings extends DecoderSettings {
  /** Children at once, started as they are needed. */
  size: number;
  /** Tasks that may wait; beyond, a task is refused with policy `free`. */
  maxWaiting: number;
  /** How long a stop waits for the running tasks. */
  stopSeconds: number;
}

/** A fixed number of children that serve groups of tasks in turn. */
export class DecoderPool {
  readonly #waiting = new FairTaskQueue();
  readonly #children = new Set<DecoderProcess>();
  #stopping: Promise<void> | undefined;
  #idle: (() => void) | undefined;
  #isClosed = false;

  constructor(private readonly settings: DecoderPoolSettings) {}

  /** Process ids of the children that run now. */
  get pids(): number[] {
    return [...this.#children].flatMap(({ pid }) => pid ?? []);
  }

  run(task: CompressTask, signal?: AbortSignal, group = ''): Promise<Compressed> {
    if (this.#stopping) return Promise.reject(new DecoderUnavailableError('the app is stopping'));
    if (this.#waiting.length >= this.settings.maxWaiting) {
      return Promise.reject(new DecoderUnavailableError('too many images wait for it'));
    }
    if (signal?.aborted) return Promise.reject(signal.reason);
    const withdraw = () => this.#withdraw(task);
    signal?.addEventListener('abort', withdraw);
    const settled = new Promise<Compressed>((resolve, reject) => {
      this.#waiting.push({ task, group, signal, resolve, reject });
      this.#handOut();
    });
    return settled.finally(() => signal?.removeEventListener('abort', withdraw));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#refuseWaiting();
    if (this.#isBusy()) {
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, this.settings.stopSeconds * 1000);
        this.#idle = () => {
          clearTimeout(patience);
          resolve();
        };
      });
    }
    this.#isClosed = true;
    await Promise.all([...this.#children].map((child) => child.stop()));
  }

  #isBusy(): boolean {
    return [...this.#children].some(({ load }) => load > 0);
  }

  #refuseWaiting(): void {
    for (const { reject } of this.#waiting.clear()) {
      reject(new DecoderUnavailableError('the app is stopping'));
    }
  }

  #withdraw(task: CompressTask): void {
    const withdrawn = this.#waiting.remove((pending) => pending.task === task);
    withdrawn?.reject(withdrawn.signal?.reason);
  }

  #handOut(): void {
    if (this.#isClosed) return this.#refuseWaiting();
    while (this.#waiting.length > 0) {
      const child = this.#freeChild();
      if (!child) return;
      child.give(this.#waiting.shift()!);
    }
    if (!this.#isBusy()) this.#idle?.();
  }

  /** An idle child, else a new one, else one that can take a second task ahead of time. */
  #freeChild(): DecoderProcess | undefined {
    const children = [...this.#children];
    const idle = children.find(({ load }) => load === 0);
    if (idle) return idle;
    if (children.length < this.settings.size) return this.#start();
    // Ahead only while work is plenty: a lone task must not wait behind a slow one.
    if (this.#waiting.length < this.settings.size) return undefined;
    return children.find(({ load }) => load < DecoderProcess.DEPTH);
  }

  #start(): DecoderProcess {
    const child = new DecoderProcess(
      this.settings,
      () => this.#handOut(),
      (self, returned) => {
        this.#children.delete(self);
        for (const task of returned) this.#waiting.requeue(task);
        this.#handOut();
      },
    );
    this.#children.add(child);
    return child;
  }
}
