import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, type EventuallyOptions } from '../support/eventually.js';
import { auditUploads, createFindings } from './audit.js';
import type { ChaosFixture } from './chaos-fixture.js';
import { describeState } from './describe-state.js';
import type { FaultSettings } from './fault-settings.js';
import { createForbiddenUrl } from './forbidden-urls.js';
import { HealthWatch } from './health-watch.js';
import type { Random } from './random.js';
import type { RunOptions, RunResult } from './run-result.js';
import { countUnfinishedWork } from './stored-requests.js';
import { type Catalog, UploadClient } from './upload-client.js';
import { AUDITED_OUTPUTS, PLAIN } from './upload-kinds.js';
import { WaitClock } from './wait-clock.js';

const RECOVERY_TIMEOUT_MS = 120_000;
const COMPLETION_TIMEOUT_MS = 240_000;
/** Time for statements in flight. PostgreSQL executes a received statement even if the app was killed. */
const IN_FLIGHT_GRACE_MS = 200;
/** Number of images in each catalog during the fault, and the pause between two uploads. */
const BACKGROUND_UPLOADS = { imageCount: 60, intervalMs: 1000 };
const QUICK_BACKGROUND_UPLOADS = { imageCount: 6, intervalMs: 400 };
/** Starting a second decoder process takes as much CPU time as all images of a quick run. */
const QUICK_ENV = { DECODERS: '1' };

/** One kind of fault that is injected into a running app. */
export interface Fault extends FaultSettings {
  /** Injects the fault while images are processed. Repairs everything before it returns. */
  inject(run: Run): Promise<void>;
}

/** Injects one fault during processing, and records the results. */
export class Run {
  readonly client: UploadClient;
  /** Catalogs uploaded before the fault. */
  readonly firstCatalogs: Catalog[] = [];
  /** Measurements of the fault itself. */
  readonly notes: string[] = [];
  /** Violations of the promises in docs/reliability.md. */
  readonly problems: string[] = [];
  private readonly waitClock = new WaitClock();
  private injectionCount = 0;
  private slowestRecoverySeconds: number | undefined;

  constructor(
    readonly fixture: ChaosFixture,
    readonly fault: Fault,
    readonly random: Random,
    readonly options: RunOptions,
  ) {
    this.client = new UploadClient({
      name: fault.name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase(),
      getAppUrl: () => fixture.url,
      origins: fixture.origins.map(({ url }) => url),
      getWebhookUrl: (path) => fixture.receiver.url(path),
      getForbiddenUrl: (n) => createForbiddenUrl(fixture, n),
    });
  }

  /** Returns the value for a full run or a quick run. */
  choose<T>(full: T, quick: T): T {
    return this.options.isQuick ? quick : full;
  }

  /** Never rejects. The result contains the problems. */
  async execute(): Promise<RunResult> {
    const { fixture, problems, client, fault } = this;
    const startedAt = Date.now();
    const healthWatch = new HealthWatch(fixture);
    const connectionsBefore = fixture.canary.connectionCount;
    const findings = createFindings(client);
    await this.runStep('The fault', this.injectDuringWork());
    if (problems.length > 0) await this.runStep('The repair', this.repair());
    await this.runStep('The remaining work', this.waitForCompletion());
    await this.runStep('The audit', auditUploads(fixture, client, fault, findings));
    const forbiddenConnectionCount = fixture.canary.connectionCount - connectionsBefore;
    if (forbiddenConnectionCount > 0)
      problems.push(`a forbidden address was contacted ${forbiddenConnectionCount} times`);
    problems.push(...findings.problems);
    if (problems.length > 0) problems.push(await describeState(fixture, client.name));
    const slowestHealthMs = await healthWatch.stop();
    await this.runStep('The stop', fixture.stopMain());
    return {
      ...findings,
      fault: fault.name,
      injectionCount: this.injectionCount,
      secondsToRecover: this.slowestRecoverySeconds,
      slowestHealthMs,
      forbiddenConnectionCount,
      seconds: (Date.now() - startedAt) / 1000,
      waitedSeconds: this.waitClock.seconds,
      notes: this.notes,
      problems,
    };
  }

  private async runStep(name: string, work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      this.problems.push(`${name} failed: ${(error as Error).message.slice(0, 500)}`);
    });
  }

  /** Reverts the effects of an aborted fault. Restarts the app if it has exited. */
  private async repair(): Promise<void> {
    await this.fixture.repair();
    if (this.fixture.isRunning) return;
    this.problems.push(`the app had exited: ${this.fixture.log.slice(-2000)}`);
    await this.startApp();
  }

  private async injectDuringWork(): Promise<void> {
    await this.startApp();
    // Images with one output and with several outputs share batches of outcomes.
    const half = Math.ceil(this.options.imageCount / 2);
    for (const kind of [AUDITED_OUTPUTS, PLAIN]) {
      this.firstCatalogs.push(await this.client.upload(half, { kind }));
    }
    await this.waitForProcessing();
    const abortController = new AbortController();
    const { imageCount, intervalMs } = this.choose(BACKGROUND_UPLOADS, QUICK_BACKGROUND_UPLOADS);
    const origins = this.fault.selectOrigins?.(this.fixture);
    const background = this.client.keepUploading(imageCount, intervalMs, abortController.signal, {
      origins,
    });
    try {
      await this.fault.inject(this);
    } finally {
      abortController.abort();
      await background;
    }
  }

  /** Starts the app with the settings of the run and of the fault. */
  startApp(): Promise<void> {
    return this.fixture.startMain({
      ...this.choose<FaultSettings['env']>({}, QUICK_ENV),
      ...this.fault.env,
    });
  }

  countInjections(count = 1): void {
    this.injectionCount += count;
  }

  /**
   * Waits until an image is completed, and records the time since `startedAt` (a `Date.now()`). Images that
   * are completed in the first `ignoredMs` do not count, because the fault could not reach them.
   */
  async waitForRecovery(startedAt: number, ignoredMs = IN_FLIGHT_GRACE_MS): Promise<void> {
    const seconds = await this.waitFor(
      async () => {
        const [row] = await this.fixture.sql<{ seconds: number | null }>(
          `SELECT extract(epoch FROM min(finished_at) - to_timestamp($1))::float8 AS seconds
           FROM images WHERE status = 'completed' AND finished_at > to_timestamp($2)`,
          [startedAt / 1000, (startedAt + ignoredMs) / 1000],
        );
        return row.seconds ?? undefined;
      },
      { description: 'processing to resume' },
    );
    this.slowestRecoverySeconds = Math.max(this.slowestRecoverySeconds ?? 0, seconds);
  }

  /** Waits until an image ends. */
  async waitForProcessing(): Promise<void> {
    const startedAt = Date.now() / 1000;
    await this.waitForRow(
      'an image to be processed',
      'SELECT 1 FROM images WHERE finished_at > to_timestamp($1) LIMIT 1',
      [startedAt],
    );
  }

  /** Uploads a request and waits until it has ended. Returns its ID. */
  async uploadAndWait(imageCount: number): Promise<string> {
    const { requestId } = await this.client.upload(imageCount);
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

  /** Waits until the receiver has at least `minCount` messages on a hook. */
  async waitForMessages(hookPath: string, minCount: number): Promise<void> {
    const { messages } = this.fixture.receiver;
    await this.waitFor(() => (messages.get(hookPath) ?? []).length >= minCount, {
      description: `${minCount} messages on ${hookPath}`,
    });
  }

  private async waitForRow(
    description: string,
    sql: string,
    values: unknown[],
    options: EventuallyOptions = {},
  ): Promise<void> {
    const check = async () => (await this.fixture.sql(sql, values)).length > 0;
    await this.waitFor(check, { description, ...options });
  }

  private async waitForCompletion(): Promise<void> {
    await this.waitFor(
      async () => {
        const { images, deliveries } = await countUnfinishedWork(this.fixture, this.client.name);
        return images === 0 && deliveries === 0;
      },
      {
        description: 'all images and deliveries to end',
        timeoutMs: COMPLETION_TIMEOUT_MS,
        intervalMs: 100,
      },
    );
  }

  /** Waits for a condition. Rejects as soon as the app has exited. */
  async waitFor<T extends number | boolean | undefined>(
    check: () => T | Promise<T>,
    options: EventuallyOptions,
  ): Promise<NonNullable<T>> {
    const poll = eventually(() => (this.fixture.isRunning ? check() : 'ended'), {
      timeoutMs: RECOVERY_TIMEOUT_MS,
      intervalMs: 50,
      ...options,
    });
    const result = await this.waitClock.measure(poll);
    if (result === 'ended')
      throw new Error(`the app exited while waiting for ${options.description}`);
    return result;
  }

  /** Waits for a random time from `low` to `high`, in milliseconds. */
  async pause(low: number, high = low): Promise<void> {
    await this.waitClock.measure(sleep(this.random.between(low, high)));
  }
}
