import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';

const readRow = (rows: TestRows, key: string) =>
  rows.dataSource
    .query(
      `SELECT bytes, encode(sha256, 'hex') AS sha256, sweep_after FROM artifacts WHERE key = $1`,
      [key],
    )
    .then(([row]: { bytes: number; sha256: string; sweep_after: Date | null }[]) => row);

describe('ArtifactsRepository', () => {
  let rows: TestRows;
  beforeAll(async () => {
    rows = await TestRows.open();
  });
  afterAll(() => rows.close());

  it('ArtifactsRepository.reserveArtifacts() updates the row of a file that is stored again, and keeps the row in use', async () => {
    const key = '1'.repeat(64);
    await rows.insertArtifact(key, { bytes: 400, sha256: 'a'.repeat(64) });
    await rows.dataSource.query('UPDATE artifacts SET sweep_after = NULL WHERE key = $1', [key]);
    await rows.insertArtifact(key, { bytes: 401, sha256: 'b'.repeat(64) });
    expect(await readRow(rows, key)).toEqual({
      bytes: 401,
      sha256: 'b'.repeat(64),
      sweep_after: null,
    });
  });

  it('ArtifactsRepository.reserveArtifacts() updates the row of a file that was about to be removed, and postpones its removal', async () => {
    const key = '2'.repeat(64);
    await rows.insertArtifact(key, { bytes: 400 });
    await rows.dataSource.query('UPDATE artifacts SET sweep_after = now() WHERE key = $1', [key]);
    await rows.insertArtifact(key, { bytes: 402, sha256: 'd'.repeat(64) });
    const row = await readRow(rows, key);
    expect(row).toMatchObject({ bytes: 402, sha256: 'd'.repeat(64) });
    expect(row.sweep_after!.getTime()).toBeGreaterThan(Date.now());
  });
});
