import { beforeEach } from 'vitest';
import type { ImageOutput } from '../../src/platform/database/entities/image-output.entity.js';
import type { RequestOutput } from '../../src/platform/database/request-output.js';
import type {
  CompletedOutcome,
  OutcomeOutput,
} from '../../src/platform/database/statements/outcome.js';
import { completed, type failed, outcomeOf, RowWork } from './row-work.js';

export const OUTPUTS: RequestOutput[] = ['large', 'small', 'fallback'].map((name) => ({
  name,
  options: { quality: 50, format: 'webp' },
}));
export const KEYS = ['b', 'c', 'd'].map((digit) => digit.repeat(64));
export const [LARGE, SMALL, FALLBACK] = KEYS;

export const output = (artifactKey: string, bytesOut: number): OutcomeOutput => ({
  artifactKey,
  format: 'webp',
  width: 400,
  height: 300,
  bytesOut,
  keptOriginal: false,
  isNew: true,
});

/** Returns the outcome of an image with all `OUTPUTS`. */
export const withOutputs = (overrides: Partial<CompletedOutcome> = {}): CompletedOutcome =>
  completed({
    artifactKey: LARGE,
    additionalOutputs: [output(SMALL, 100), output(FALLBACK, 50)],
    ...overrides,
  });

/** Ends images with several outputs as workers do, and reads the rows of their outputs. */
export class SeveralOutputs {
  readonly work = RowWork.forThisFile();

  /** Call it once, at the top of a test file. No image of an earlier test uses the artifacts. */
  static forThisFile(): SeveralOutputs {
    const outputs = new SeveralOutputs();
    beforeEach(async () => {
      const { rows } = outputs.work;
      await rows.dataSource.query('DELETE FROM image_outputs');
      await rows.dataSource.query('DELETE FROM images');
      await rows.dataSource.query('DELETE FROM artifacts WHERE key = ANY($1)', [KEYS]);
      for (const key of KEYS) await rows.artifact(key);
    });
    return outputs;
  }

  request(images: number) {
    return this.work.rows.request(images, { outputs: OUTPUTS });
  }

  async end(ids: string[], result: CompletedOutcome | typeof failed = withOutputs()) {
    return this.record(await this.work.claim(ids), result);
  }

  record(claimed: { id: string; lease: string }[], result = withOutputs() as object) {
    return this.work.outcomes.recordOutcomes(
      claimed.map((image) => ({ ...outcomeOf(image, result as never), hasOutputs: true })),
    );
  }

  /** Makes all images but the first duplicates of it. */
  follow(ids: string[]) {
    return this.query('UPDATE images SET same_as = $1 WHERE id = ANY($2)', [ids[0], ids.slice(1)]);
  }

  /** Returns the rows of further outputs of a request. */
  stored(id: string) {
    return this.query<ImageOutput[]>(
      `SELECT output, artifact_key AS "artifactKey", bytes_out AS "bytesOut" FROM image_outputs
       WHERE request_id = $1 ORDER BY image_id, output`,
      [id],
    );
  }

  /** Returns the bytes of each further output of a request. */
  async bytes(id: string): Promise<number[]> {
    const rows = await this.query<{ bytes: string }[]>(
      'SELECT bytes_out AS bytes FROM request_outputs WHERE request_id = $1 ORDER BY output',
      [id],
    );
    return rows.map((row) => Number(row.bytes));
  }

  /** Returns the number of images by result of the audit. */
  async audits(id: string): Promise<Record<string, number>> {
    const rows = await this.query<{ reason: string; images: number }[]>(
      'SELECT reason, images FROM request_audits WHERE request_id = $1',
      [id],
    );
    return Object.fromEntries(rows.map(({ reason, images }) => [reason, images]));
  }

  /** Returns the keys that garbage collection may remove. */
  async unused(): Promise<string[]> {
    const rows = await this.query<{ key: string }[]>(
      'SELECT key FROM artifacts WHERE key = ANY($1) AND sweep_after <= now() ORDER BY key',
      [KEYS],
    );
    return rows.map(({ key }) => key);
  }

  private query<T>(sql: string, parameters: unknown[]): Promise<T> {
    return this.work.rows.dataSource.query<T>(sql, parameters);
  }
}
