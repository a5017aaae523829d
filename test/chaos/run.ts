import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type EventuallyOptions } from '../support/eventually.js';
import { audit, type Findings, nothingFound } from './audit.js';
import type { Bench } from './bench.js';
import { diagnosis } from './diagnosis.js';
import type { FaultSettings } from './fault-settings.js';
import { forbiddenUrl } from './forbidden.js';
import { HealthWatch } from './health-watch.js';
import { UploadClient } from './merchant.js';
import type { Random } from './random.js';

export interface RunOptions {
  quick: boolean;
  /** Images of the catalog that is uploaded first; more follow while the fault lasts. */
  images: number;
}

export interface RunResult extends Findings {
  fault: string;
  injected: number;
  images: number;
  /** The longest, of all times that the fault was injected. */
  secondsToRecover?: number;
  /** Of `/health/live`, while the app was there. */
  slowestHealthMs: number;
  /** Connections to an address that must not be dialled. */
  forbidden: number;
  notes: string[];
}

const RECOVERY_MS = 120_000;
/** A statement that PostgreSQL has already got goes through, whatever becomes of the app. */
const PASSING_MS = 200;
const BACKGROUND_IMAGES = 60;
const BACKGROUND_MS = 1000;

/** One way of doing harm to a running app. */
export interface Fault extends FaultSettings {
  /** Does harm while images are processed; what it broke is whole again when it returns. */
  inject(run: Run): Promise<void>;
}

/** One fault, tried while images are processed, and what came of it. */
export class Run {
  readonly merchant: UploadClient;
  /** Figures that the fault itself has measured. */
  readonly notes: string[] = [];
  /** What should not be. */
  readonly problems: string[] = [];
  private injections = 0;
  private slowest: number | undefined;

  constructor(
    readonly bench: Bench,
    readonly fault: Fault,
    readonly random: Random,
    readonly options: RunOptions,
  ) {
    this.merchant = new UploadClient({
      name: fault.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase(),
      app: () => bench.url,
      origins: bench.origins.map(({ url }) => url),
      hookUrl: (path) => bench.receiver.url(path),
      forbiddenUrl: (n) => forbiddenUrl(bench, n),
    });
  }

  /** What a fault takes in the long form, and in the short one. */
  of<T>(long: T, quick: T): T {
    return this.options.quick ? quick : long;
  }

  /** Never rejects: what goes wrong is in the result. */
  async execute(): Promise<RunResult> {
    const { bench, problems, merchant, fault } = this;
    const watch = new HealthWatch(bench);
    const dialled = bench.canary.connections;
    const findings = nothingFound(merchant);
    await this.step('the fault', this.harm());
    if (problems.length > 0) await this.step('mending', this.mend());
    await this.step('the audit', audit(bench, merchant, fault, findings));
    const forbidden = bench.canary.connections - dialled;
    if (forbidden > 0) problems.push(`a forbidden address was dialled ${forbidden} times`);
    problems.push(...findings.problems);
    if (problems.length > 0) problems.push(await diagnosis(bench, merchant.name));
    const slowestHealthMs = await watch.end();
    await this.step('the stop', bench.stopMain());
    return {
      ...findings,
      fault: fault.name,
      injected: this.injections,
      secondsToRecover: this.slowest,
      slowestHealthMs,
      forbidden,
      notes: this.notes,
      problems,
    };
  }

  private async step(what: string, work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      this.problems.push(`${what} broke off: ${(error as Error).message.slice(0, 500)}`);
    });
  }

  /** What a fault that broke off has left broken; an app that has ended by itself. */
  private async mend(): Promise<void> {
    await this.bench.heal();
    if (this.bench.isRunning) return;
    this.problems.push(`the app was gone: ${this.bench.log.slice(-2000)}`);
    await this.bench.startMain(this.fault.env);
  }

  /** Work, uploads that go on all the while, and the fault. */
  private async harm(): Promise<void> {
    await this.bench.startMain(this.fault.env);
    await this.merchant.upload(this.options.images);
    await this.untilWorking();
    const busy = new AbortController();
    const origins = this.fault.origins?.(this.bench);
    const background = this.merchant.keepUploading(BACKGROUND_IMAGES, BACKGROUND_MS, busy.signal, {
      origins,
    });
    try {
      await this.fault.inject(this);
    } finally {
      busy.abort();
      await background;
    }
  }

  injected(times = 1): void {
    this.injections += times;
  }

  /**
   * Waits until an image is completed after `since` (a `Date.now()`), and notes how long it took. What
   * is completed in the first `passingMs` had left the part that was harmed before: it does not count.
   */
  async recovered(since: number, passingMs = PASSING_MS): Promise<void> {
    const seconds = await this.until(
      async () => {
        const [row] = await this.bench.sql<{ seconds: number | null }>(
          `SELECT extract(epoch FROM min(finished_at) - to_timestamp($1))::float8 AS seconds
           FROM images WHERE status = 'completed' AND finished_at > to_timestamp($2)`,
          [since / 1000, (since + passingMs) / 1000],
        );
        return row.seconds ?? undefined;
      },
      { intervalMs: 50, what: 'work to go on' },
    );
    this.slowest = Math.max(this.slowest ?? 0, seconds);
  }

  /** Images end, one after the other. */
  async untilWorking(): Promise<void> {
    const began = Date.now() / 1000;
    await this.until(
      async () => {
        const rows = await this.bench.sql(
          'SELECT 1 FROM images WHERE finished_at > to_timestamp($1) LIMIT 1',
          [began],
        );
        return rows.length > 0;
      },
      { what: 'images to be processed' },
    );
  }

  /** Uploads a request of so many images and waits for its end. Returns its id. */
  async endedRequest(images: number): Promise<string> {
    const { requestId: id } = await this.merchant.upload(images);
    if (!id) throw new Error('The upload was not accepted');
    await this.until(
      async () => {
        const rows = await this.bench.sql(
          'SELECT 1 FROM processing_requests WHERE id = $1 AND completed_at IS NOT NULL',
          [id],
        );
        return rows.length > 0;
      },
      { intervalMs: 50, what: `request ${id} to end` },
    );
    return id;
  }

  /** Waits until the receiver has so many messages on one hook. */
  async messagesOf(hook: string, atLeast: number): Promise<void> {
    const { messages } = this.bench.receiver;
    await this.until(() => (messages.get(hook) ?? []).length >= atLeast, {
      what: `${atLeast} messages on ${hook}`,
    });
  }

  private async until<T extends number | boolean | undefined>(
    check: () => T | Promise<T>,
    options: EventuallyOptions,
  ): Promise<NonNullable<T>> {
    const found = await eventually(() => (this.bench.isRunning ? check() : 'gone'), {
      timeoutMs: RECOVERY_MS,
      ...options,
    });
    if (found === 'gone') throw new Error(`the app ended; waited for ${options.what}`);
    return found;
  }

  async pause(low: number, high = low): Promise<void> {
    await sleep(this.random.between(low, high));
  }
}
