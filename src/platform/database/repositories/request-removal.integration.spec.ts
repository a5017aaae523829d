import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { eventually } from '../../../../test/support/eventually.js';
import { completedResult, ProcessingFixture } from '../../../../test/support/processing-fixture.js';
import { Env } from '../../config/env.js';
import { ArtifactsRepository } from './artifacts.js';
import { OutcomesRepository } from './outcomes.js';

const keyOf = (n: number) => String(n).padStart(64, '0');
const completedAs = (key: string, isNew: boolean) => completedResult({ artifactKey: key, isNew });

const work = ProcessingFixture.forThisFile();

describe('A removed request', () => {
  let artifacts: ArtifactsRepository;

  beforeAll(() => {
    artifacts = new ArtifactsRepository(work.rows.dataSource);
  });
  beforeEach(() =>
    work.rows.dataSource.query(
      'TRUNCATE images, products, processing_requests, artifacts, request_sweeps, webhook_deliveries CASCADE',
    ),
  );

  const count = async (table: string) => {
    const [{ n }] = await work.rows.dataSource.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM ${table}`,
    );
    return n;
  };
  /** A request whose image `i` has the artifact of key `keys[i]`. */
  const withArtifacts = async (...keys: number[]) => {
    const { id, images: ids } = await work.rows.insertRequest(keys.length);
    await work.rows.dataSource.query(
      `INSERT INTO products SELECT $1, n, n::text, 'p', '{}' FROM generate_series(1, $2::int) n`,
      [id, keys.length],
    );
    const claimed = new Map((await work.claimImages(ids)).map((image) => [image.id, image]));
    for (const [i, key] of keys.entries()) {
      await work.rows.insertArtifact(keyOf(key));
      await work.recordResult([claimed.get(ids[i])!], completedAs(keyOf(key), true));
    }
    return id;
  };
  const collectFiles = async () => {
    const removed: string[] = [];
    while (
      (await artifacts.collectGarbage(
        3,
        async (unused) => void removed.push(...unused.map(({ key }) => key)),
      )) > 0
    );
    return removed.toSorted();
  };

  it('A removed request is unknown at once, and its rows and unshared artifacts are deleted', async () => {
    const id = await withArtifacts(1, 2, 2, 3, 4);
    const other = await withArtifacts(3, 5);
    expect(await work.transitions.remove(id)).toBe('moved');
    expect(await work.transitions.remove(id)).toBe('unknown');
    await expect(work.rows.findRequest(id)).rejects.toThrow('Could not find any entity');
    expect(await work.rows.findDeliveries(id)).toEqual([]);

    await work.finishOperation(id);
    expect([await count('images'), await count('products'), await count('request_sweeps')]).toEqual(
      [2, 2, 0],
    );
    expect(await collectFiles()).toEqual([1, 2, 4].map(keyOf));
    await work.transitions.remove(other);
    await work.finishOperation(other);
    expect(await collectFiles()).toEqual([3, 5].map(keyOf));
    expect(await count('artifacts')).toBe(0);
  });

  it('A removed request stops a running request before and during the removal of its images', async () => {
    const { id, images: ids } = await work.rows.insertRequest(6);
    await work.rows.insertArtifact(keyOf(1));
    const running = await work.claimImages(ids);
    await work.transitions.remove(id);
    const result = completedAs(keyOf(1), true);
    expect((await work.recordResult(running.slice(0, 3), result)).imageIds).toEqual([]);
    await work.operations.advanceOperation(2, id);
    expect((await work.recordResult(running, result)).imageIds).toEqual([]);
    await work.finishOperation(id);
    expect(await count('images')).toBe(0);
  });

  it('A removed request replaces a running bulk operation', async () => {
    const { id } = await work.rows.insertRequest(6);
    await work.transitions.cancel(id);
    await work.operations.advanceOperation(2, id);
    expect(await work.transitions.remove(id)).toBe('moved');
    await work.finishOperation(id);
    expect(await count('images')).toBe(0);
  });

  it('A removed request records no image whose artifact was garbage-collected after the lookup', async () => {
    const id = await withArtifacts(1);
    const { images: ids } = await work.rows.insertRequest(1);
    const [late] = await work.claimImages(ids);
    expect(await artifacts.find(keyOf(1))).not.toBeNull();
    await work.transitions.remove(id);
    await work.finishOperation(id);
    expect(await artifacts.find(keyOf(1))).toBeNull();
    const found = completedAs(keyOf(1), false);
    expect((await work.recordResult([late], found)).imageIds).toEqual([]);
    await collectFiles();
    expect((await work.recordResult([late], found)).imageIds).toEqual([]);
    // The outcome counts once the artifact is stored again.
    await work.rows.insertArtifact(keyOf(1));
    expect((await work.recordResult([late], completedAs(keyOf(1), true))).imageIds).toEqual(ids);
    expect(await collectFiles()).toEqual([]);
  });

  it('A removed request never leaves a partial artifact when another image uses it at the same time', async () => {
    for (let round = 1; round <= 40; round++) {
      const id = await withArtifacts(round);
      const { images: ids } = await work.rows.insertRequest(1);
      const [late] = await work.claimImages(ids);
      await work.transitions.remove(id);
      const files = new Set([keyOf(round)]);
      const collectUnused = () =>
        artifacts.collectGarbage(10, async (unused) =>
          unused.forEach(({ key }) => files.delete(key)),
        );
      await Promise.all([
        work.finishOperation(id).then(collectUnused),
        work.recordResult([late], completedAs(keyOf(round), false)),
      ]);
      // Garbage collection skips a row that is being recorded. The next run finds it.
      await collectUnused();
      const { status } = await work.rows.findImage(late.id);
      expect(files.has(keyOf(round))).toBe(status === 'completed');
    }
  });

  it('A removed request keeps an artifact of an image that another transaction records', async () => {
    const id = await withArtifacts(1);
    const { images: ids } = await work.rows.insertRequest(1);
    const [late] = await work.claimImages(ids);
    await work.transitions.remove(id);
    const runner = work.rows.dataSource.createQueryRunner();
    await runner.startTransaction();
    const client: unknown = await runner.connect();
    const inTransaction = { driver: { master: client } } as unknown as DataSource;
    const found = { imageId: late.id, lease: late.lease, result: completedAs(keyOf(1), false) };
    const recorded = await new OutcomesRepository(inTransaction, new Env()).recordOutcomes([found]);
    expect(recorded.imageIds).toEqual(ids);

    const removed = work.finishOperation(id);
    await eventually(async () => {
      const [{ n }] = await work.rows.dataSource.query<[{ n: number }]>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return n === 1;
    });
    await runner.commitTransaction();
    await runner.release();
    await removed;
    expect(await collectFiles()).toEqual([]);
    expect(await artifacts.find(keyOf(1))).not.toBeNull();
  });

  it('A removed request removes a file that was never recorded, but not during the lease of its worker', async () => {
    await work.rows.insertArtifact(keyOf(1));
    expect(await collectFiles()).toEqual([]);
    await work.rows.dataSource.query(`UPDATE artifacts SET sweep_after = now() - interval '1 s'`);
    expect(await collectFiles()).toEqual([keyOf(1)]);
  });

  it('A removed request keeps the rows of files that could not be removed', async () => {
    await work.rows.insertArtifact(keyOf(1));
    await work.rows.dataSource.query(`UPDATE artifacts SET sweep_after = now() - interval '1 s'`);
    const failing = artifacts.collectGarbage(3, () => Promise.reject(new Error('disk')));
    await expect(failing).rejects.toThrow('disk');
    expect(await collectFiles()).toEqual([keyOf(1)]);
  });

  it('removeExpired() removes expired requests only', async () => {
    const [over, later] = [await withArtifacts(1), await withArtifacts(2)];
    const { id: open } = await work.rows.insertRequest(1);
    const expire = (id: string, when: string) =>
      work.rows.dataSource.query(
        `UPDATE processing_requests SET expires_at = now() + $2::interval WHERE id = $1`,
        [id, when],
      );
    await Promise.all([expire(over, '-1 s'), expire(later, '1 h'), expire(open, '-1 s')]);
    const removed = await Promise.all([1, 2, 3].map(() => work.transitions.removeExpired(10)));
    expect(removed.flat()).toEqual([over]);
    await work.finishOperation(over);
    expect(await collectFiles()).toEqual([keyOf(1)]);
  });

  it('A removed request delays reservations of a key while an unknown file of that key is removed', async () => {
    const order: string[] = [];
    let reserved: Promise<unknown> | undefined;
    await artifacts.runIfUnknown(keyOf(9), 'jpeg', async () => {
      reserved = work.rows.insertArtifact(keyOf(9)).then(() => order.push('reserved'));
      await work.rows.dataSource.query('SELECT pg_sleep(0.1)');
      order.push('removed');
    });
    await reserved;
    expect(order).toEqual(['removed', 'reserved']);
    await artifacts.runIfUnknown(keyOf(9), 'jpeg', async () => void order.push('never'));
    expect(order).toHaveLength(2);
    expect(await artifacts.findUnknown([keyOf(8), keyOf(9)])).toEqual([keyOf(8)]);
  });
});
