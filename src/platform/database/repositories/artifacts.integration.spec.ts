import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';

const row = (rows: TestRows, key: string) =>
  rows.dataSource
    .query(
      `SELECT bytes, encode(sha256, 'hex') AS sha256, sweep_after FROM artifacts WHERE key = $1`,
      [key],
    )
    .then(([found]: { bytes: number; sha256: string; sweep_after: Date | null }[]) => found);

describe('ArtifactsRepository', () => {
  let rows: TestRows;
  beforeAll(async () => {
    rows = await TestRows.open();
  });
  afterAll(() => rows.close());

  it('reserve() updates the row of a file that is stored again, and keeps it in use', async () => {
    const key = '1'.repeat(64);
    await rows.insertArtifact(key, { bytes: 400, sha256: 'a'.repeat(64) });
    await rows.dataSource.query('UPDATE artifacts SET sweep_after = NULL WHERE key = $1', [key]);
    await rows.insertArtifact(key, { bytes: 401, sha256: 'b'.repeat(64) });
    expect(await row(rows, key)).toEqual({
      bytes: 401,
      sha256: 'b'.repeat(64),
      sweep_after: null,
    });
  });

  it('reserve() updates and keeps the row of a file that was about to be removed', async () => {
    const key = '2'.repeat(64);
    await rows.insertArtifact(key, { bytes: 400 });
    await rows.dataSource.query('UPDATE artifacts SET sweep_after = now() WHERE key = $1', [key]);
    await rows.insertArtifact(key, { bytes: 402, sha256: 'd'.repeat(64) });
    const found = await row(rows, key);
    expect(found).toMatchObject({ bytes: 402, sha256: 'd'.repeat(64) });
    expect(found.sweep_after!.getTime()).toBeGreaterThan(Date.now());
  });
});
