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
import { residentBytes, withDataLimit } from '../process-memory.js';
import { type DecoderExit, waitForExit } from './decoder-exit.js';
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
  /** Time of the latest start; undefined while it waits. */
  startedAt?: number;
}

export interface DecoderSettings {
  entry: URL;
  limits: DecodeLimits;
  timeoutSeconds: number;
}

const STDERR_TAIL = 2000;
const MEMORY_CHECK_MS = 100;
/** The kernel provides less than 100 MB in this time. */
const QUICK_TASK_MS = 10;
const MiB = 1024 * 1024;

const ENVIRONMENT = {
  // Disables the warnings of libvips.
  VIPS_WARNING: '0',
  // Sharp processes one image at a time.
  UV_THREADPOOL_SIZE: '2',
  // Two arenas limit the fragmentation of glibc's heap. The memory of one image is kept for the next.
  // Returning it to the kernel and zeroing it again costs 5 % of a photograph's CPU time (mallopt(3)).
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: `${32 * 1024 * 1024}`,
  MALLOC_TRIM_THRESHOLD_: `${128 * 1024 * 1024}`,
  MALLOC_TOP_PAD_: `${16 * 1024 * 1024}`,
};

/**
 * One child that decodes and encodes. It receives a second task while it works on the first. It therefore
 * never waits for a busy event loop. Only the first task has a timeout and is blamed for a crash.
 */
export class DecoderProcess {
  static readonly MAX_TASKS = 2;

  readonly #child: ChildProcess;
  readonly #tasksPipe: Writable | undefined;
  readonly #tasks: PendingTask[] = [];
  readonly #exited: Promise<void>;
  #timeout: NodeJS.Timeout | undefined;
  #ready = false;
  #memoryCheck: NodeJS.Timeout | undefined;
  /** Latest known resident bytes, and their value when the first task started. */
  #memory = 0;
  #memoryReadAt = -Infinity;
  #memoryAtStart = 0;
  /** The task that the kill targets. All other tasks are returned. */
  #killed: { pending?: PendingTask; reason?: unknown } | undefined;
  #stderr = '';
  #isStopped = false;

  constructor(
    private readonly settings: DecoderSettings,
    private readonly onResult: () => void,
    /** `notStarted` tasks go to another child. */
    private readonly onExit: (
      self: DecoderProcess,
      notStarted: PendingTask[],
      reason: DecoderExit,
    ) => void,
  ) {
    this.#child = fork(fileURLToPath(settings.entry), [JSON.stringify(settings.limits)], {
      ...withDataLimit(settings.limits.maxMemoryBytes),
      env: buildChildEnvironment(ENVIRONMENT),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
    });
    // A child that failed to start for lack of file descriptors has no streams.
    const streams: readonly unknown[] | undefined = this.#child.stdio;
    this.#tasksPipe = streams?.[TASKS_FD] as Writable | undefined;
    // The pipe ends with the child, whose exit is handled.
    this.#tasksPipe?.on('error', () => {});
    this.#child.on('message', (message: DecoderMessage) => this.#handleMessage(message));
    this.#exited = waitForExit(this.#child).then((reason) => this.#handleExit(reason));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Latest known resident bytes. */
  get memoryBytes(): number {
    this.#readMemory();
    return this.#memory;
  }

  get load(): number {
    return this.#tasks.length;
  }

  addTask(pending: PendingTask): void {
    pending.signal?.addEventListener('abort', this.#onAbort);
    this.#tasks.push(pending);
    // A failed send means that the child has exited. Its exit handler settles the task.
    if (this.#child.connected && this.#tasksPipe) writeTask(this.#tasksPipe, pending.task);
    if (this.#tasks.length === 1) this.#startFirstTask();
  }

  /** Ends the child, even a frozen one. A running task fails without counting an attempt. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const [first] = this.#tasks;
    if (first) this.#kill(first, new DecoderUnavailableError('the app is stopping'));
    else this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** @param previous the task that has just ended */
  #startFirstTask(previous?: PendingTask): void {
    clearTimeout(this.#timeout);
    clearInterval(this.#memoryCheck);
    const [first] = this.#tasks;
    if (this.#needsMemoryReading(previous)) this.#readMemory();
    this.#memoryAtStart = this.#memory;
    if (!first) return this.#retireWhenLarge();
    this.#memoryCheck = setInterval(() => {
      this.#readMemory();
      this.#checkMemory();
    }, MEMORY_CHECK_MS);
    if (first.signal?.aborted) return this.#kill(first, first.signal.reason);
    first.startedAt = performance.now();
    const seconds = this.settings.timeoutSeconds;
    this.#timeout = setTimeout(
      () =>
        this.#kill(
          first,
          this.#ready
            ? new DecodeTimedOutError(seconds)
            : new DecoderUnavailableError(`its process did not start within ${seconds} seconds`),
        ),
      seconds * 1000,
    );
  }

  /** A reading for each small image would take as long as passing on its bytes. */
  #needsMemoryReading(previous?: PendingTask): boolean {
    const now = performance.now();
    const isOutdated = now - this.#memoryReadAt >= MEMORY_CHECK_MS;
    return isOutdated || now - (previous?.startedAt ?? -Infinity) >= QUICK_TASK_MS;
  }

  #readMemory(): void {
    this.#memory = residentBytes(this.pid) ?? this.#memory;
    this.#memoryReadAt = performance.now();
  }

  #checkMemory(): void {
    const max = this.settings.limits.maxMemoryBytes;
    if (max === undefined || this.#memory <= max) return;
    const [first] = this.#tasks;
    // Memory kept from earlier images is not the fault of this one.
    if (!first || this.#isLarge(this.#memoryAtStart)) this.#kill();
    else this.#kill(first, new DecoderMemoryExceededError(Math.floor(max / MiB)));
  }

  /** The process keeps the memory of a large image. The next image needs its whole budget. */
  #retireWhenLarge(): void {
    if (this.#isLarge(this.#memory)) this.#kill();
  }

  #isLarge(bytes: number): boolean {
    const max = this.settings.limits.maxMemoryBytes;
    return max !== undefined && bytes > max / 2;
  }

  /** Only a kill guarantees that the child no longer accesses the caller's files. */
  readonly #onAbort = (): void => {
    const [first] = this.#tasks;
    if (first?.signal?.aborted) this.#kill(first, first.signal.reason);
  };

  /** Returns all tasks if none is to blame. */
  #kill(pending?: PendingTask, reason?: unknown): void {
    this.#killed ??= { pending, reason };
    this.#child.kill('SIGKILL');
  }

  #handleMessage(message: DecoderMessage): void {
    if (message.type === 'ready') {
      this.#ready = true;
      // The timeout of the image starts now.
      return this.#startFirstTask();
    }
    if (message.type === 'memory') {
      this.#memory = message.bytes;
      return this.#checkMemory();
    }
    const done = this.#tasks.shift();
    if (!done) return;
    done.signal?.removeEventListener('abort', this.#onAbort);
    if (message.type === 'done') done.resolve(message.result);
    else done.reject(toImageError(message.error));
    this.#startFirstTask(done);
    this.onResult();
  }

  #handleExit(reason: string): void {
    this.#tasksPipe?.destroy();
    clearTimeout(this.#timeout);
    clearInterval(this.#memoryCheck);
    for (const { signal } of this.#tasks) signal?.removeEventListener('abort', this.#onAbort);
    const tasks = this.#tasks.splice(0);
    if (!this.#killed || this.#killed.pending === tasks[0]) {
      tasks.shift()?.reject(this.#killed?.reason ?? this.#crashError(reason));
    }
    this.onExit(this, tasks, this.#exitReason());
  }

  #exitReason(): DecoderExit {
    if (this.#isStopped) return 'stopped';
    if (!this.#killed) return this.#ready ? 'crashed' : 'not_started';
    const { pending, reason } = this.#killed;
    if (!pending) return 'retired';
    if (reason instanceof DecodeTimedOutError) return 'timed_out';
    if (reason instanceof DecoderMemoryExceededError) return 'memory_exceeded';
    return reason instanceof DecoderUnavailableError ? 'not_started' : 'aborted';
  }

  #crashError(reason: string): Error {
    const stderr = this.#stderr.trim() || undefined;
    return this.#ready
      ? new DecoderCrashedError(reason, stderr)
      : new DecoderUnavailableError(`its process exited during startup (${reason})`, stderr);
  }
}
