import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { ArtifactsRepository } from './artifacts.js';
import { StorageUsageRepository } from './storage-usage.js';

const createKey = (n: number) => String(n).repeat(64);
const createArtifact = (n: number, bytes: number, sha256 = createKey(n)) => ({
  key: createKey(n),
  format: 'jpeg' as const,
  width: 1,
  height: 1,
  bytes,
  keptOriginal: false,
  sha256,
});

describe('StorageUsageRepository', () => {
  let rows: TestRows;
  let artifacts: ArtifactsRepository;
  let usage: StorageUsageRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    artifacts = new ArtifactsRepository(rows.dataSource);
    usage = new StorageUsageRepository(rows.dataSource);
  });
  afterAll(() => rows.close());

  it('StorageUsageRepository counts added, replaced and removed artifacts', async () => {
    expect(await usage.sumBytes()).toBe(0);
    await artifacts.reserveArtifacts([createArtifact(1, 1000), createArtifact(2, 500)]);
    expect(await usage.sumBytes()).toBe(1500);
    await artifacts.reserveArtifacts([createArtifact(1, 400, createKey(9)), createArtifact(3, 50)]);
    expect(await usage.sumBytes()).toBe(950);
    await rows.dataSource.query(`UPDATE artifacts SET sweep_after = now() WHERE key = $1`, [
      createKey(2),
    ]);
    await artifacts.collectGarbage(10, () => Promise.resolve());
    expect(await usage.sumBytes()).toBe(450);
    expect(await usage.readUsage(1)).toEqual({ usedBytes: 450, growthBytesPerDay: 450 });
    expect(await usage.readUsage(9)).toEqual({ usedBytes: 450, growthBytesPerDay: 50 });
  });

  it('StorageUsageRepository does not count the uncommitted row of runIfUnknown()', async () => {
    const bytesBefore = await usage.sumBytes();
    await artifacts.runIfUnknown(createKey(4), 'jpeg', async () => {
      expect(await usage.sumBytes()).toBe(bytesBefore);
    });
    expect(await usage.sumBytes()).toBe(bytesBefore);
  });

  it('StorageUsageRepository returns the sum of all artifacts after concurrent reservations', async () => {
    const batches = [5, 6, 7, 8].map((n) =>
      artifacts.reserveArtifacts([createArtifact(n, 100), createArtifact(9, 10)]),
    );
    await Promise.all(batches);
    const [{ sum }] = await rows.dataSource.query<[{ sum: string }]>(
      'SELECT sum(bytes) FROM artifacts',
    );
    expect(await usage.sumBytes()).toBe(Number(sum));
    expect(await usage.correctUsage()).toBe(0);
  });

  it('StorageUsageRepository corrects the sum after a change that bypassed the triggers', async () => {
    const bytesBefore = await usage.sumBytes();
    await rows.dataSource.query('TRUNCATE storage_usage');
    expect(await usage.correctUsage()).toBe(bytesBefore);
    expect(await usage.sumBytes()).toBe(bytesBefore);
    expect(await usage.readUsage(1)).toMatchObject({ growthBytesPerDay: 0 });
  });

  it('StorageUsageRepository returns only the bytes that the current correction adds', async () => {
    await rows.dataSource.query('TRUNCATE storage_usage');
    await usage.correctUsage();
    await rows.dataSource.query('UPDATE storage_usage SET removed = removed + 3');
    expect(await usage.correctUsage()).toBe(3);
  });

  it('StorageUsageRepository corrects the sum while another process stores artifacts', async () => {
    await rows.dataSource.query('TRUNCATE storage_usage');
    const otherProcess = rows.dataSource.createQueryRunner();
    await otherProcess.startTransaction();
    await otherProcess.query('UPDATE artifacts SET bytes = bytes + 7 WHERE key = $1', [
      createKey(5),
    ]);
    await usage.correctUsage();
    await otherProcess.commitTransaction();
    await otherProcess.release();
    const [{ sum }] = await rows.dataSource.query<[{ sum: string }]>(
      'SELECT sum(bytes) FROM artifacts',
    );
    expect(await usage.sumBytes()).toBe(Number(sum));
  });

  it('StorageUsageRepository returns only newly missing bytes from the second correction of a day', async () => {
    await rows.dataSource.query('TRUNCATE storage_usage');
    await usage.correctUsage();
    await rows.dataSource.query('UPDATE storage_usage SET added = added - 7');
    expect(await usage.correctUsage()).toBe(7);
  });

  it('StorageUsageRepository merges old days into one row without changing the sum', async () => {
    const bytesBefore = await usage.sumBytes();
    const addDays = (first: number, last: number) =>
      rows.dataSource.query(
        `INSERT INTO storage_usage (day, slot, added, removed)
         SELECT (now() AT TIME ZONE 'UTC')::date - day, 0, 10, 4 FROM generate_series($1::int, $2::int) day`,
        [first, last],
      );
    const readOldRows = async () => {
      const oldRows = await rows.dataSource.query<{ added: string }[]>(
        `SELECT added FROM storage_usage WHERE day <= (now() AT TIME ZONE 'UTC')::date - 7`,
      );
      return oldRows.map(({ added }) => Number(added));
    };
    const [correctedBytes = 0] = await readOldRows();
    await addDays(5, 8);
    await usage.mergeOldDays(7);
    await addDays(9, 9);
    const usageBeforeMerge = await usage.readUsage(7);
    await usage.mergeOldDays(7);
    expect(await usage.sumBytes()).toBe(bytesBefore + 5 * 6);
    expect(await usage.readUsage(7)).toEqual(usageBeforeMerge);
    expect(await readOldRows()).toEqual([correctedBytes + 30]);
  });

  it('StorageUsageRepository counts an artifact once for each owner that uses it', async () => {
    await rows.dataSource.query('TRUNCATE artifacts');
    await artifacts.reserveArtifacts([createArtifact(1, 1000), createArtifact(2, 500)]);
    const completeImages = async (owner: string, keys: number[]) => {
      const { id } = await rows.insertRequest(keys.length, { owner });
      await rows.dataSource.query(
        `UPDATE images SET status = 'completed', artifact_key = ($2::text[])[row_number]
         WHERE request_id = $1`,
        [id, keys.map(createKey)],
      );
    };
    await completeImages('shop', [1, 1, 2]);
    await completeImages('shop', [2]);
    await completeImages('desk', [1]);
    expect(await usage.sumBytesByOwner(10)).toEqual([
      { owner: 'shop', bytes: 1500 },
      { owner: 'desk', bytes: 1000 },
    ]);
    expect(await usage.sumBytesByOwner(1)).toHaveLength(1);
  });
});
