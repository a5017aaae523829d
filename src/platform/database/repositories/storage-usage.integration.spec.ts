import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { ArtifactsRepository } from './artifacts.js';
import { StorageUsageRepository } from './storage-usage.js';

const keyOf = (n: number) => String(n).repeat(64);
const artifact = (n: number, bytes: number, sha256 = keyOf(n)) => ({
  key: keyOf(n),
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
    await artifacts.reserve([artifact(1, 1000), artifact(2, 500)]);
    expect(await usage.sumBytes()).toBe(1500);
    await artifacts.reserve([artifact(1, 400, keyOf(9)), artifact(3, 50)]);
    expect(await usage.sumBytes()).toBe(950);
    await rows.dataSource.query(`UPDATE artifacts SET sweep_after = now() WHERE key = $1`, [
      keyOf(2),
    ]);
    await artifacts.collectGarbage(10, () => Promise.resolve());
    expect(await usage.sumBytes()).toBe(450);
    expect(await usage.readUsage(1)).toEqual({ usedBytes: 450, growthBytesPerDay: 450 });
    expect(await usage.readUsage(9)).toEqual({ usedBytes: 450, growthBytesPerDay: 50 });
  });

  it('StorageUsageRepository counts nothing while a cleanup holds a key without a row', async () => {
    const before = await usage.sumBytes();
    await artifacts.runIfUnknown(keyOf(4), 'jpeg', async () => {
      expect(await usage.sumBytes()).toBe(before);
    });
    expect(await usage.sumBytes()).toBe(before);
  });

  it('StorageUsageRepository returns the sum of all artifacts after concurrent reservations', async () => {
    const batches = [5, 6, 7, 8].map((n) => artifacts.reserve([artifact(n, 100), artifact(9, 10)]));
    await Promise.all(batches);
    const [{ sum }] = await rows.dataSource.query<[{ sum: string }]>(
      'SELECT sum(bytes) FROM artifacts',
    );
    expect(await usage.sumBytes()).toBe(Number(sum));
    expect(await usage.correctUsage()).toBe(0);
  });

  it('StorageUsageRepository corrects the sum after a change that bypassed the triggers', async () => {
    const before = await usage.sumBytes();
    await rows.dataSource.query('TRUNCATE storage_usage');
    expect(await usage.correctUsage()).toBe(before);
    expect(await usage.sumBytes()).toBe(before);
    expect(await usage.readUsage(1)).toMatchObject({ growthBytesPerDay: 0 });
  });

  it('StorageUsageRepository returns only the bytes that the current correction added', async () => {
    await rows.dataSource.query('TRUNCATE storage_usage');
    await usage.correctUsage();
    await rows.dataSource.query('UPDATE storage_usage SET removed = removed + 3');
    expect(await usage.correctUsage()).toBe(3);
  });

  it('StorageUsageRepository corrects the sum while another app stores artifacts', async () => {
    await rows.dataSource.query('TRUNCATE storage_usage');
    const other = rows.dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query('UPDATE artifacts SET bytes = bytes + 7 WHERE key = $1', [keyOf(5)]);
    await usage.correctUsage();
    await other.commitTransaction();
    await other.release();
    const [{ sum }] = await rows.dataSource.query<[{ sum: string }]>(
      'SELECT sum(bytes) FROM artifacts',
    );
    expect(await usage.sumBytes()).toBe(Number(sum));
  });

  it('StorageUsageRepository returns only the missing bytes for a second correction on the same day', async () => {
    await rows.dataSource.query('TRUNCATE storage_usage');
    await usage.correctUsage();
    await rows.dataSource.query('UPDATE storage_usage SET added = added - 7');
    expect(await usage.correctUsage()).toBe(7);
  });

  it('StorageUsageRepository merges old days into one row without changing the sum', async () => {
    const before = await usage.sumBytes();
    const addDays = (first: number, last: number) =>
      rows.dataSource.query(
        `INSERT INTO storage_usage (day, slot, added, removed)
         SELECT (now() AT TIME ZONE 'UTC')::date - day, 0, 10, 4 FROM generate_series($1::int, $2::int) day`,
        [first, last],
      );
    const addedBefore7Days = async () => {
      const old = await rows.dataSource.query<{ added: string }[]>(
        `SELECT added FROM storage_usage WHERE day <= (now() AT TIME ZONE 'UTC')::date - 7`,
      );
      return old.map(({ added }) => Number(added));
    };
    const [corrected = 0] = await addedBefore7Days();
    await addDays(5, 8);
    await usage.mergeOldDays(7);
    await addDays(9, 9);
    const unfolded = await usage.readUsage(7);
    await usage.mergeOldDays(7);
    expect(await usage.sumBytes()).toBe(before + 5 * 6);
    expect(await usage.readUsage(7)).toEqual(unfolded);
    expect(await addedBefore7Days()).toEqual([corrected + 30]);
  });

  it('StorageUsageRepository counts an artifact once for each owner that uses it', async () => {
    await rows.dataSource.query('TRUNCATE artifacts');
    await artifacts.reserve([artifact(1, 1000), artifact(2, 500)]);
    const complete = async (owner: string, keys: number[]) => {
      const { id } = await rows.insertRequest(keys.length, { owner });
      await rows.dataSource.query(
        `UPDATE images SET status = 'completed', artifact_key = ($2::text[])[row_number]
         WHERE request_id = $1`,
        [id, keys.map(keyOf)],
      );
    };
    await complete('shop', [1, 1, 2]);
    await complete('shop', [2]);
    await complete('desk', [1]);
    expect(await usage.sumBytesByOwner(10)).toEqual([
      { owner: 'shop', bytes: 1500 },
      { owner: 'desk', bytes: 1000 },
    ]);
    expect(await usage.sumBytesByOwner(1)).toHaveLength(1);
  });
});
