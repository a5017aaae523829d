import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { Env } from '../../src/platform/config/env.js';
import { OpenWorkQuota } from '../../src/platform/database/open-work-quota.js';
import { ImagesRepository } from '../../src/platform/database/repositories/images.js';
import { OutcomesRepository } from '../../src/platform/database/repositories/outcomes.js';
import type { Outcome } from '../../src/platform/database/statements/outcome.js';
import { RequestCorrectionsRepository } from '../../src/platform/database/repositories/request-corrections.js';
import type { ImageCorrection } from '../../src/platform/database/statements/correct-images.js';
import { RequestTransitionsRepository } from '../../src/platform/database/repositories/request-transitions.js';
import { BulkOperationsRepository } from '../../src/platform/database/repositories/bulk-operations.js';
import { TestRows } from './rows.js';

type Result = Outcome['result'];
type Completed = Extract<Result, { status: 'completed' }>;

export const RETENTION_DAYS = 30;

export const completedResult = (overrides: Partial<Completed> = {}): Completed => ({
  status: 'completed',
  artifactKey: 'a'.repeat(64),
  format: 'jpeg',
  width: 800,
  height: 600,
  bytesIn: 1000,
  bytesOut: 400,
  keptOriginal: false,
  isNew: true,
  ...overrides,
});

export const FAILED_RESULT: Result = {
  status: 'failed',
  errorCode: 'http_not_found',
  errorMessage: 'There is nothing at this URL.',
};

export const toOutcome = (
  { id, lease }: { id: string; lease: string },
  result: Result = completedResult(),
): Outcome => ({ imageId: id, lease, result });

/** Changes requests in the database as workers, the dispatcher and users do, and reads the resulting rows. */
export class ProcessingFixture {
  rows!: TestRows;
  images!: ImagesRepository;
  outcomes!: OutcomesRepository;
  transitions!: RequestTransitionsRepository;
  corrections!: RequestCorrectionsRepository;
  operations!: BulkOperationsRepository;

  /** Call it once, at the top of a test file. Stores the artifact of `completedResult()`. */
  static forThisFile(): ProcessingFixture {
    const fixture = new ProcessingFixture();
    beforeAll(() => fixture.open());
    afterAll(() => fixture.rows?.close());
    return fixture;
  }

  claimImages(ids: string[]) {
    return this.images.claimImages(
      ids.map((id) => ({ id, lease: randomUUID() })),
      15,
    );
  }

  recordResult(claimedImages: { id: string; lease: string }[], result?: Result) {
    return this.outcomes.recordOutcomes(claimedImages.map((image) => toOutcome(image, result)));
  }

  /** Corrects the URLs of images in batches. */
  correctImages(requestId: string, ...batches: ImageCorrection[][]) {
    return this.corrections.correctRequest(requestId, async function* () {
      yield* batches;
    });
  }

  /** Runs the bulk operation of a request in batches of two, so each test uses several batches. */
  async finishOperation(requestId: string): Promise<void> {
    while (!(await this.operations.advanceOperation(2, requestId))?.isDone);
  }

  async listEventTypes(requestId: string): Promise<string[]> {
    return (await this.rows.findDeliveries(requestId)).map(({ event_type }) => event_type);
  }

  async countByStatus(requestId: string): Promise<Record<string, number>> {
    const counts: { status: string; n: number }[] = await this.rows.dataSource.query(
      'SELECT status, count(*)::int AS n FROM images WHERE request_id = $1 GROUP BY status',
      [requestId],
    );
    return Object.fromEntries(counts.map(({ status, n }) => [status, n]));
  }

  /** Returns the counters stored with the request. */
  async readCounters(requestId: string) {
    const { imagesCompleted, imagesFailed, imagesCancelled } =
      await this.rows.findRequest(requestId);
    return { completed: imagesCompleted, failed: imagesFailed, cancelled: imagesCancelled };
  }

  /** Counts the ended images of the request by status. */
  async countEndedImages(requestId: string) {
    const zeroCounts = { completed: 0, failed: 0, cancelled: 0 };
    const { completed, failed, cancelled } = {
      ...zeroCounts,
      ...(await this.countByStatus(requestId)),
    };
    return { completed, failed, cancelled };
  }

  private async open(): Promise<void> {
    this.rows = await TestRows.open();
    const { dataSource } = this.rows;
    const env = Object.assign(new Env(), { RETENTION_DAYS });
    this.images = new ImagesRepository(dataSource);
    this.outcomes = new OutcomesRepository(dataSource, env);
    this.transitions = new RequestTransitionsRepository(dataSource, env, new OpenWorkQuota(env));
    this.corrections = new RequestCorrectionsRepository(dataSource, new OpenWorkQuota(env));
    this.operations = new BulkOperationsRepository(dataSource);
    await this.rows.insertArtifact(completedResult().artifactKey);
  }
}
