import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type EventuallyOptions } from '../support/eventually.js';
import { audit, noFindings } from './audit.js';
import type { Bench } from './bench.js';
import { describeState } from './diagnosis.js';
import type { FaultSettings } from './fault-settings.js';
import { forbiddenUrl } from './forbidden-urls.js';
import { HealthWatch } from './health-watch.js';
import type { Random } from './random.js';
import type { RunOptions, RunResult } from './run-result.js';
import { openWork } from './stored-requests.js';
import { type Catalog, UploadClient } from './upload-client.js';
import { AUDITED_OUTPUTS, PLAIN } from './upload-kinds.js';
import { WaitClock } from './wait-clock.js';

const RECOVERY_MS = 120_000;
const WORK_MS = 240_000;
/** A statement that PostgreSQL has already received is executed, even if the app was killed. */
const IN_FLIGHT_MS = 200;
/** Images of each catalog during the fault, and the pause between two of them. */
const BACKGROUND = { images: 60, intervalMs: 1000 };
const QUICK_BACKGROUND = { images: 6, intervalMs: 400 };
/** The start of a second decoder process takes as much CPU time as the images of a quick run. */
const QUICK_ENV = { DECODERS: '1' };

/** One kind of fault that is injected into a running app. */
export interface Fault extends FaultSettings {
  /** Injects the fault while images are processed. Repairs everything before it returns. */
  inject(run: Run): Promise<void>;
}

/** One fault during processing, and its results. */
export class Run {
  readonly client: UploadClient;
  /** Uploaded before the fault. */
  readonly firstCatalogs: Catalog[] = [];
  /** Measurements of the fault itself. */
  readonly notes: string[] = [];
  /** Broken promises. */
  readonly problems: string[] = [];
  private readonly waits = new WaitClock();
  private injections = 0;
  private slowestRecovery: number | undefined;

  constructor(
    readonly bench: Bench,
    readonly fault: Fault,
    readonly random: Random,
    readonly options: RunOptions,
  ) {
    this.client = new UploadClient({
      name: fault.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase(),
      app: () => bench.url,
      origins: bench.origins.map(({ url }) => url),
      webhookUrl: (path) => bench.receiver.url(path),
      forbiddenUrl: (n) => forbiddenUrl(bench, n),
    });
  }

  /** Returns the value for the long form or the quick form. */
  choose<T>(long: T, quick: T): T {
    return this.options.quick ? quick : long;
  }

  /** Never rejects: the result contains the problems. */
  async execute(): Promise<RunResult> {
    const { bench, problems, client, fault } = this;
    const began = Date.now();
    const watch = new HealthWatch(bench);
    const contacted = bench.canary.connectionCount;
    const findings = noFindings(client);
    await this.step('The fault', this.injectDuringWork());
    if (problems.length > 0) await this.step('The repair', this.repair());
    await this.step('The rest of the work', this.waitForEnd());
    await this.step('The audit', audit(bench, client, fault, findings));
    const forbidden = bench.canary.connectionCount - contacted;
    if (forbidden > 0) problems.push(`a forbidden address was contacted ${forbidden} times`);
    problems.push(...findings.problems);
    if (problems.length > 0) problems.push(await describeState(bench, client.name));
    const slowestHealthMs = await watch.end();
    await this.step('The stop', bench.stopMain());
    return {
      ...findings,
      fault: fault.name,
      injected: this.injections,
      secondsToRecover: this.slowestRecovery,
      slowestHealthMs,
      forbidden,
      seconds: (Date.now() - began) / 1000,
      waitedSeconds: this.waits.seconds,
      notes: this.notes,
      problems,
    };
  }

  private async step(name: string, work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      this.problems.push(`${name} was aborted: ${(error as Error).message.slice(0, 500)}`);
    });
  }

  /** Repairs what an aborted fault left broken. Restarts an app that ended by itself. */
  private async repair(): Promise<void> {
    await this.bench.repair();
    if (this.bench.isRunning) return;
    this.problems.push(`the app had ended: ${this.bench.log.slice(-2000)}`);
    await this.startApp();
  }

  private async injectDuringWork(): Promise<void> {
    await this.startApp();
    // Both kinds share batches of outcomes.
    const half = Math.ceil(this.options.images / 2);
    for (const kind of [AUDITED_OUTPUTS, PLAIN]) {
      this.firstCatalogs.push(await this.client.upload(half, { kind }));
    }
    await this.waitForWork();
    const injected = new AbortController();
    const { images, intervalMs } = this.choose(BACKGROUND, QUICK_BACKGROUND);
    const origins = this.fault.origins?.(this.bench);
    const background = this.client.keepUploading(images, intervalMs, injected.signal, { origins });
    try {
      await this.fault.inject(this);
    } finally {
      injected.abort();
      await background;
    }
  }

  /** Starts the app with the settings of the form and of the fault. */
  startApp(): Promise<void> {
    return this.bench.startMain({
      ...this.choose<FaultSettings['env']>({}, QUICK_ENV),
      ...this.fault.env,
    });
  }

  countInjections(times = 1): void {
    this.injections += times;
  }

  /**
   * Waits until an image is completed, and records the time since `since` (a `Date.now()`). Images that
   * are completed in the first `ignoredMs` do not count, because the fault could not reach them.
   */
  async waitForRecovery(since: number, ignoredMs = IN_FLIGHT_MS): Promise<void> {
    const seconds = await this.waitFor(
      async () => {
        const [row] = await this.bench.sql<{ seconds: number | null }>(
          `SELECT extract(epoch FROM min(finished_at) - to_timestamp($1))::float8 AS seconds
           FROM images WHERE status = 'completed' AND finished_at > to_timestamp($2)`,
          [since / 1000, (since + ignoredMs) / 1000],
        );
        return row.seconds ?? undefined;
      },
      { description: 'processing to resume' },
    );
    this.slowestRecovery = Math.max(this.slowestRecovery ?? 0, seconds);
  }

  /** Waits until an image ends. */
  async waitForWork(): Promise<void> {
    const began = Date.now() / 1000;
    await this.waitForRow(
      'an image to be processed',
      'SELECT 1 FROM images WHERE finished_at > to_timestamp($1) LIMIT 1',
      [began],
    );
  }

  /** Uploads a request and waits for its end. Returns its id. */
  async uploadUntilEnd(images: number): Promise<string> {
    const { requestId } = await this.client.upload(images);
    if (!requestId) throw new Error('The upload was not accepted');
    await this.waitForRequest(requestId);
    return requestId;
  }

  async waitForRequest(id: string, options: EventuallyOptions = {}): Promise<void> {
    await this.waitForRow(
      `request ${id} to end`,
      'SELECT 1 FROM processing_requests WHERE id = $1 AND completed_at IS NOT NULL',
      [id],
      options,
    );
  }

  /** Waits until the receiver has a number of messages on one hook. */
  async waitForMessages(hook: string, atLeast: number): Promise<void> {
    const { messages } = this.bench.receiver;
    await this.waitFor(() => (messages.get(hook) ?? []).length >= atLeast, {
      description: `${atLeast} messages on ${hook}`,
    });
  }

  private async waitForRow(
    description: string,
    sql: string,
    values: unknown[],
    options: EventuallyOptions = {},
  ): Promise<void> {
    const check = async () => (await this.bench.sql(sql, values)).length > 0;
    await this.waitFor(check, { description, ...options });
  }

  private async waitForEnd(): Promise<void> {
    await this.waitFor(
      async () => {
        const { images, deliveries } = await openWork(this.bench, this.client.name);
        return images === 0 && deliveries === 0;
      },
      { description: 'all images and deliveries to end', timeoutMs: WORK_MS, intervalMs: 100 },
    );
  }

  /** Waits for a condition. Rejects as soon as the app has ended. */
  async waitFor<T extends number | boolean | undefined>(
    check: () => T | Promise<T>,
    options: EventuallyOptions,
  ): Promise<NonNullable<T>> {
    const poll = eventually(() => (this.bench.isRunning ? check() : 'ended'), {
      timeoutMs: RECOVERY_MS,
      intervalMs: 50,
      ...options,
    });
    const found = await this.waits.measure(poll);
    if (found === 'ended')
      throw new Error(`the app ended while waiting for ${options.description}`);
    return found;
  }

  /** Waits for a random time between the two, in milliseconds. */
  async pause(low: number, high = low): Promise<void> {
    await this.waits.measure(sleep(this.random.between(low, high)));
  }
}
