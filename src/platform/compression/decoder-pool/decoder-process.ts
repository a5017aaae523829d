import { type ChildProcess, fork } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { buildChildEnvironment } from '../../config/child-environment.js';
import {
  type CompressedOutputs,
  type CompressOutputsTask,
  type DecodeLimits,
  type DecoderMessage,
  TASKS_FD,
} from './decoder-messages.js';
import { readResidentBytes, createDataLimitOptions } from '../process-memory.js';
import { type DecoderExitReason, waitForExit } from './decoder-exit.js';
import { toImageError } from './decoding-error.js';
import { writeTask } from './task-pipe.js';
import {
  DecodeTimedOutError,
  DecoderMemoryExceededError,
  DecoderCrashedError,
  DecoderUnavailableError,
} from '../image-errors.js';

/** A task and the promise of its caller. */
export interface PendingTask {
  task: CompressOutputsTask;
  /** Groups are served round-robin. */
  group: string;
  signal?: AbortSignal;
  resolve: (result: CompressedOutputs) => void;
  reject: (error: unknown) => void;
  /** Time of the latest start; undefined while the task is waiting. */
  startedAt?: number;
}

export interface DecoderSettings {
  entry: URL;
  limits: DecodeLimits;
  timeoutSeconds: number;
}

const MAX_STDERR_CHARS = 2000;
const MEMORY_CHECK_INTERVAL_MS = 100;
/** A process cannot allocate more than 100 MB in this time. */
const MAX_QUICK_TASK_MS = 10;
const MiB = 1024 * 1024;

const ENVIRONMENT = {
  // Disables libvips warnings.
  VIPS_WARNING: '0',
  // Sharp processes one image at a time.
  UV_THREADPOOL_SIZE: '2',
  // Two arenas limit the fragmentation of glibc's heap. The memory of one image is kept for the next.
  // Returning it to the kernel and zeroing it again costs 5% of a photograph's CPU time (mallopt(3)).
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: `${32 * 1024 * 1024}`,
  MALLOC_TRIM_THRESHOLD_: `${128 * 1024 * 1024}`,
  MALLOC_TOP_PAD_: `${16 * 1024 * 1024}`,
};

/**
 * A child process that decodes and encodes images. It receives a second task while it processes the first.
 * Therefore, it never waits for the event loop of its parent. Only the first task has a timeout and is blamed
 * for a crash.
 */
export class DecoderProcess {
  static readonly MAX_TASKS = 2;

  readonly #child: ChildProcess;
  readonly #tasksPipe: Writable | undefined;
  readonly #tasks: PendingTask[] = [];
  readonly #exitPromise: Promise<void>;
  #timeout: NodeJS.Timeout | undefined;
  #isReady = false;
  #memoryCheck: NodeJS.Timeout | undefined;
  /** Latest known resident bytes. */
  #residentBytes = 0;
  #memoryReadAt = -Infinity;
  /** Resident bytes when the first task started. */
  #residentBytesAtTaskStart = 0;
  /** The task that caused the kill, if any, and its error. The pool requeues all other tasks. */
  #killCause: { pending?: PendingTask; reason?: unknown } | undefined;
  #stderr = '';
  #isStopped = false;

  constructor(
    private readonly settings: DecoderSettings,
    private readonly onResult: () => void,
    /** The pool assigns `queuedTasks` to another child. */
    private readonly onExit: (
      exitedChild: DecoderProcess,
      queuedTasks: PendingTask[],
      reason: DecoderExitReason,
    ) => void,
  ) {
    this.#child = fork(fileURLToPath(settings.entry), [JSON.stringify(settings.limits)], {
      ...createDataLimitOptions(settings.limits.maxMemoryBytes),
      env: buildChildEnvironment(ENVIRONMENT),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_CHARS);
    });
    // A child that could not start because no file descriptor was free has no streams.
    const streams: readonly unknown[] | undefined = this.#child.stdio;
    this.#tasksPipe = streams?.[TASKS_FD] as Writable | undefined;
    // The pipe also fails when the child exits. The exit handler settles the tasks.
    this.#tasksPipe?.on('error', () => {});
    this.#child.on('message', (message: DecoderMessage) => this.#handleMessage(message));
    this.#exitPromise = waitForExit(this.#child).then((reason) => this.#handleExit(reason));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Latest known resident bytes. */
  get memoryBytes(): number {
    this.#readMemory();
    return this.#residentBytes;
  }

  get taskCount(): number {
    return this.#tasks.length;
  }

  addTask(pending: PendingTask): void {
    pending.signal?.addEventListener('abort', this.#onAbort);
    this.#tasks.push(pending);
    // A failed send means that the child has exited. Its exit handler settles the task.
    if (this.#child.connected && this.#tasksPipe) writeTask(this.#tasksPipe, pending.task);
    if (this.#tasks.length === 1) this.#startFirstTask();
  }

  /** Kills the child, even if it is frozen. A running task fails without counting an attempt. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const [first] = this.#tasks;
    if (first) this.#killChild(first, new DecoderUnavailableError('the app is stopping'));
    else this.#child.kill('SIGKILL');
    await this.#exitPromise;
  }

  /** @param previous the task that has just ended */
  #startFirstTask(previous?: PendingTask): void {
    clearTimeout(this.#timeout);
    clearInterval(this.#memoryCheck);
    const [first] = this.#tasks;
    if (this.#needsMemoryReading(previous)) this.#readMemory();
    this.#residentBytesAtTaskStart = this.#residentBytes;
    if (!first) return this.#retireIfLarge();
    this.#memoryCheck = setInterval(() => {
      this.#readMemory();
      this.#checkMemory();
    }, MEMORY_CHECK_INTERVAL_MS);
    if (first.signal?.aborted) return this.#killChild(first, first.signal.reason);
    first.startedAt = performance.now();
    const seconds = this.settings.timeoutSeconds;
    this.#timeout = setTimeout(
      () =>
        this.#killChild(
          first,
          this.#isReady
            ? new DecodeTimedOutError(seconds)
            : new DecoderUnavailableError(`its process did not start within ${seconds} seconds`),
        ),
      seconds * 1000,
    );
  }

  /** Reading the memory after each small image would take as long as sending its bytes. */
  #needsMemoryReading(previous?: PendingTask): boolean {
    const now = performance.now();
    const isOutdated = now - this.#memoryReadAt >= MEMORY_CHECK_INTERVAL_MS;
    return isOutdated || now - (previous?.startedAt ?? -Infinity) >= MAX_QUICK_TASK_MS;
  }

  #readMemory(): void {
    this.#residentBytes = readResidentBytes(this.pid) ?? this.#residentBytes;
    this.#memoryReadAt = performance.now();
  }

  #checkMemory(): void {
    const maxBytes = this.settings.limits.maxMemoryBytes;
    if (maxBytes === undefined || this.#residentBytes <= maxBytes) return;
    const [first] = this.#tasks;
    // This image is not to blame for memory that earlier images left allocated.
    if (!first || this.#exceedsHalfLimit(this.#residentBytesAtTaskStart)) this.#killChild();
    else this.#killChild(first, new DecoderMemoryExceededError(Math.floor(maxBytes / MiB)));
  }

  /** The process retains the memory of a large image, but the next image needs the full budget. */
  #retireIfLarge(): void {
    if (this.#exceedsHalfLimit(this.#residentBytes)) this.#killChild();
  }

  #exceedsHalfLimit(bytes: number): boolean {
    const maxBytes = this.settings.limits.maxMemoryBytes;
    return maxBytes !== undefined && bytes > maxBytes / 2;
  }

  /** Only a kill guarantees that the child no longer accesses the caller's files. */
  readonly #onAbort = (): void => {
    const [first] = this.#tasks;
    if (first?.signal?.aborted) this.#killChild(first, first.signal.reason);
  };

  /** Kills the child. Without `pending`, no task is to blame and the pool requeues all of them. */
  #killChild(pending?: PendingTask, reason?: unknown): void {
    this.#killCause ??= { pending, reason };
    this.#child.kill('SIGKILL');
  }

  #handleMessage(message: DecoderMessage): void {
    if (message.type === 'ready') {
      this.#isReady = true;
      // Restarts the timeout, which should not include the startup.
      return this.#startFirstTask();
    }
    if (message.type === 'memory') {
      this.#residentBytes = message.bytes;
      return this.#checkMemory();
    }
    const finishedTask = this.#tasks.shift();
    if (!finishedTask) return;
    finishedTask.signal?.removeEventListener('abort', this.#onAbort);
    if (message.type === 'done') finishedTask.resolve(message.result);
    else finishedTask.reject(toImageError(message.error));
    this.#startFirstTask(finishedTask);
    this.onResult();
  }

  #handleExit(reason: string): void {
    this.#tasksPipe?.destroy();
    clearTimeout(this.#timeout);
    clearInterval(this.#memoryCheck);
    for (const { signal } of this.#tasks) signal?.removeEventListener('abort', this.#onAbort);
    const tasks = this.#tasks.splice(0);
    if (!this.#killCause || this.#killCause.pending === tasks[0]) {
      tasks.shift()?.reject(this.#killCause?.reason ?? this.#createCrashError(reason));
    }
    this.onExit(this, tasks, this.#getExitReason());
  }

  #getExitReason(): DecoderExitReason {
    if (this.#isStopped) return 'stopped';
    if (!this.#killCause) return this.#isReady ? 'crashed' : 'not_started';
    const { pending, reason } = this.#killCause;
    if (!pending) return 'retired';
    if (reason instanceof DecodeTimedOutError) return 'timed_out';
    if (reason instanceof DecoderMemoryExceededError) return 'memory_exceeded';
    return reason instanceof DecoderUnavailableError ? 'not_started' : 'aborted';
  }

  #createCrashError(reason: string): Error {
    const stderr = this.#stderr.trim() || undefined;
    return this.#isReady
      ? new DecoderCrashedError(reason, stderr)
      : new DecoderUnavailableError(`its process exited during startup (${reason})`, stderr);
  }
}
