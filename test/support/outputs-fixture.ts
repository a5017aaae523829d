import { beforeEach } from 'vitest';
import type { ImageOutput } from '../../src/platform/database/entities/image-output.entity.js';
import type { RequestOutput } from '../../src/platform/database/request-output.js';
import type {
  CompletedOutcome,
  OutcomeOutput,
} from '../../src/platform/database/statements/outcome.js';
import {
  completedResult,
  type FAILED_RESULT,
  toOutcome,
  ProcessingFixture,
} from './processing-fixture.js';

export const OUTPUTS: RequestOutput[] = ['large', 'small', 'fallback'].map((name) => ({
  name,
  options: { quality: 50, format: 'webp' },
}));
export const KEYS = ['b', 'c', 'd'].map((digit) => digit.repeat(64));
export const [LARGE_KEY, SMALL_KEY, FALLBACK_KEY] = KEYS;

export const toOutcomeOutput = (artifactKey: string, bytesOut: number): OutcomeOutput => ({
  artifactKey,
  format: 'webp',
  width: 400,
  height: 300,
  bytesOut,
  keptOriginal: false,
  isNew: true,
});

/** Returns the outcome of an image with all `OUTPUTS`. */
export const completedWithOutputs = (overrides: Partial<CompletedOutcome> = {}): CompletedOutcome =>
  completedResult({
    artifactKey: LARGE_KEY,
    additionalOutputs: [toOutcomeOutput(SMALL_KEY, 100), toOutcomeOutput(FALLBACK_KEY, 50)],
    ...overrides,
  });

/** Records results of images with several outputs as workers do, and reads the stored outputs. */
export class OutputsFixture {
  readonly processing = ProcessingFixture.forThisFile();

  /** Call it once, at the top of a test file. Removes all images and creates the artifacts again before each test. */
  static forThisFile(): OutputsFixture {
    const fixture = new OutputsFixture();
    beforeEach(async () => {
      const { rows } = fixture.processing;
      await rows.dataSource.query('DELETE FROM image_outputs');
      await rows.dataSource.query('DELETE FROM images');
      await rows.dataSource.query('DELETE FROM artifacts WHERE key = ANY($1)', [KEYS]);
      for (const key of KEYS) await rows.insertArtifact(key);
    });
    return fixture;
  }

  insertRequest(imageCount: number) {
    return this.processing.rows.insertRequest(imageCount, { outputs: OUTPUTS });
  }

  async claimAndRecord(
    ids: string[],
    result: CompletedOutcome | typeof FAILED_RESULT = completedWithOutputs(),
  ) {
    return this.recordOutcomes(await this.processing.claimImages(ids), result);
  }

  recordOutcomes(
    claimedImages: { id: string; lease: string }[],
    result = completedWithOutputs() as object,
  ) {
    return this.processing.outcomes.recordOutcomes(
      claimedImages.map((image) => ({ ...toOutcome(image, result as never), hasOutputs: true })),
    );
  }

  /** Marks all images except the first as duplicates of the first. */
  markAsDuplicates(ids: string[]) {
    return this.query('UPDATE images SET same_as = $1 WHERE id = ANY($2)', [ids[0], ids.slice(1)]);
  }

  /** Returns the additional outputs of a request. */
  findStoredOutputs(id: string) {
    return this.query<ImageOutput[]>(
      `SELECT output, artifact_key AS "artifactKey", bytes_out AS "bytesOut" FROM image_outputs
       WHERE request_id = $1 ORDER BY image_id, output`,
      [id],
    );
  }

  /** Returns the total size of each additional output of a request, in bytes. */
  async readOutputBytes(id: string): Promise<number[]> {
    const rows = await this.query<{ bytes: string }[]>(
      'SELECT bytes_out AS bytes FROM request_outputs WHERE request_id = $1 ORDER BY output',
      [id],
    );
    return rows.map((row) => Number(row.bytes));
  }

  /** Returns the number of images by audit result. */
  async countAuditResults(id: string): Promise<Record<string, number>> {
    const rows = await this.query<{ reason: string; images: number }[]>(
      'SELECT reason, images FROM request_audits WHERE request_id = $1',
      [id],
    );
    return Object.fromEntries(rows.map(({ reason, images }) => [reason, images]));
  }

  /** Returns the keys that garbage collection may remove. */
  async findUnusedKeys(): Promise<string[]> {
    const rows = await this.query<{ key: string }[]>(
      'SELECT key FROM artifacts WHERE key = ANY($1) AND sweep_after <= now() ORDER BY key',
      [KEYS],
    );
    return rows.map(({ key }) => key);
  }

  private query<T>(sql: string, parameters: unknown[]): Promise<T> {
    return this.processing.rows.dataSource.query<T>(sql, parameters);
  }
}
