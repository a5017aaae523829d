import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { eventually } from '../../../../test/support/eventually.js';
import { completedResult, ProcessingFixture } from '../../../../test/support/processing-fixture.js';
import { Env } from '../../config/env.js';
import { ArtifactsRepository } from './artifacts.js';
import { OutcomesRepository } from './outcomes.js';

const createKey = (n: number) => String(n).padStart(64, '0');
const completedAs = (key: string, isNew: boolean) => completedResult({ artifactKey: key, isNew });

const work = ProcessingFixture.forThisFile();

describe('Removal of requests and artifacts', () => {
  let artifacts: ArtifactsRepository;

  beforeAll(() => {
    artifacts = new ArtifactsRepository(work.rows.dataSource);
  });
  beforeEach(() =>
    work.rows.dataSource.query(
      'TRUNCATE images, products, processing_requests, artifacts, request_sweeps, webhook_deliveries CASCADE',
    ),
  );

  const countRows = async (table: string) => {
    const [{ n }] = await work.rows.dataSource.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM ${table}`,
    );
    return n;
  };
  /** Creates a request with one image per number. Images with the same number have the same artifact. */
  const createRequest = async (...keys: number[]) => {
    const { id, images: ids } = await work.rows.insertRequest(keys.length);
    await work.rows.dataSource.query(
      `INSERT INTO products SELECT $1, n, n::text, 'p', '{}' FROM generate_series(1, $2::int) n`,
      [id, keys.length],
    );
    const claimedImages = new Map((await work.claimImages(ids)).map((image) => [image.id, image]));
    for (const [index, key] of keys.entries()) {
      await work.rows.insertArtifact(createKey(key));
      await work.recordResult([claimedImages.get(ids[index])!], completedAs(createKey(key), true));
    }
    return id;
  };
  const collectAllGarbage = async () => {
    const removedKeys: string[] = [];
    while (
      (await artifacts.collectGarbage(
        3,
        async (unusedArtifacts) => void removedKeys.push(...unusedArtifacts.map(({ key }) => key)),
      )) > 0
    );
    return removedKeys.toSorted();
  };

  it('RequestTransitionsRepository.removeRequest() removes a request immediately, and later its other rows and its unshared artifacts', async () => {
    const id = await createRequest(1, 2, 2, 3, 4);
    const otherId = await createRequest(3, 5);
    expect(await work.transitions.removeRequest(id)).toBe('changed');
    expect(await work.transitions.removeRequest(id)).toBe('unknown');
    await expect(work.rows.findRequest(id)).rejects.toThrow('Could not find any entity');
    expect(await work.rows.findDeliveries(id)).toEqual([]);

    await work.finishOperation(id);
    expect([
      await countRows('images'),
      await countRows('products'),
      await countRows('request_sweeps'),
    ]).toEqual([2, 2, 0]);
    expect(await collectAllGarbage()).toEqual([1, 2, 4].map(createKey));
    await work.transitions.removeRequest(otherId);
    await work.finishOperation(otherId);
    expect(await collectAllGarbage()).toEqual([3, 5].map(createKey));
    expect(await countRows('artifacts')).toBe(0);
  });

  it('RequestTransitionsRepository.removeRequest() discards outcomes that are recorded before and during the removal of the images', async () => {
    const { id, images: ids } = await work.rows.insertRequest(6);
    await work.rows.insertArtifact(createKey(1));
    const runningImages = await work.claimImages(ids);
    await work.transitions.removeRequest(id);
    const result = completedAs(createKey(1), true);
    expect((await work.recordResult(runningImages.slice(0, 3), result)).imageIds).toEqual([]);
    await work.operations.advanceOperation(2, id);
    expect((await work.recordResult(runningImages, result)).imageIds).toEqual([]);
    await work.finishOperation(id);
    expect(await countRows('images')).toBe(0);
  });

  it('RequestTransitionsRepository.removeRequest() replaces a running bulk operation', async () => {
    const { id } = await work.rows.insertRequest(6);
    await work.transitions.cancelRequest(id);
    await work.operations.advanceOperation(2, id);
    expect(await work.transitions.removeRequest(id)).toBe('changed');
    await work.finishOperation(id);
    expect(await countRows('images')).toBe(0);
  });

  it('recordOutcomes() ignores an image whose artifact was garbage-collected after the lookup', async () => {
    const id = await createRequest(1);
    const { images: ids } = await work.rows.insertRequest(1);
    const [image] = await work.claimImages(ids);
    expect(await artifacts.findArtifact(createKey(1))).not.toBeNull();
    await work.transitions.removeRequest(id);
    await work.finishOperation(id);
    expect(await artifacts.findArtifact(createKey(1))).toBeNull();
    const result = completedAs(createKey(1), false);
    expect((await work.recordResult([image], result)).imageIds).toEqual([]);
    await collectAllGarbage();
    expect((await work.recordResult([image], result)).imageIds).toEqual([]);
    // The outcome counts once the artifact is stored again.
    await work.rows.insertArtifact(createKey(1));
    expect((await work.recordResult([image], completedAs(createKey(1), true))).imageIds).toEqual(
      ids,
    );
    expect(await collectAllGarbage()).toEqual([]);
  });

  it('ArtifactsRepository.collectGarbage() keeps a file if and only if a concurrent outcome that uses it is recorded', async () => {
    for (let round = 1; round <= 40; round++) {
      const id = await createRequest(round);
      const { images: ids } = await work.rows.insertRequest(1);
      const [image] = await work.claimImages(ids);
      await work.transitions.removeRequest(id);
      const files = new Set([createKey(round)]);
      const collectUnused = () =>
        artifacts.collectGarbage(10, async (unusedArtifacts) =>
          unusedArtifacts.forEach(({ key }) => files.delete(key)),
        );
      await Promise.all([
        work.finishOperation(id).then(collectUnused),
        work.recordResult([image], completedAs(createKey(round), false)),
      ]);
      // Garbage collection skips a row that is being recorded. The next run finds it.
      await collectUnused();
      const { status } = await work.rows.findImage(image.id);
      expect(files.has(createKey(round))).toBe(status === 'completed');
    }
  });

  it('ArtifactsRepository.collectGarbage() keeps an artifact whose image is recorded by a concurrent transaction', async () => {
    const id = await createRequest(1);
    const { images: ids } = await work.rows.insertRequest(1);
    const [image] = await work.claimImages(ids);
    await work.transitions.removeRequest(id);
    const runner = work.rows.dataSource.createQueryRunner();
    await runner.startTransaction();
    const client: unknown = await runner.connect();
    const transactionDataSource = { driver: { master: client } } as unknown as DataSource;
    const result = completedAs(createKey(1), false);
    const outcome = { imageId: image.id, lease: image.lease, result };
    const outcomes = new OutcomesRepository(transactionDataSource, new Env());
    const recordedOutcomes = await outcomes.recordOutcomes([outcome]);
    expect(recordedOutcomes.imageIds).toEqual(ids);

    const removal = work.finishOperation(id);
    await eventually(async () => {
      const [{ n }] = await work.rows.dataSource.query<[{ n: number }]>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return n === 1;
    });
    await runner.commitTransaction();
    await runner.release();
    await removal;
    expect(await collectAllGarbage()).toEqual([]);
    expect(await artifacts.findArtifact(createKey(1))).not.toBeNull();
  });

  it('ArtifactsRepository.collectGarbage() removes a file that no image uses only after its reservation expires', async () => {
    await work.rows.insertArtifact(createKey(1));
    expect(await collectAllGarbage()).toEqual([]);
    await work.rows.dataSource.query(`UPDATE artifacts SET sweep_after = now() - interval '1 s'`);
    expect(await collectAllGarbage()).toEqual([createKey(1)]);
  });

  it('ArtifactsRepository.collectGarbage() keeps the rows of files that could not be removed', async () => {
    await work.rows.insertArtifact(createKey(1));
    await work.rows.dataSource.query(`UPDATE artifacts SET sweep_after = now() - interval '1 s'`);
    const failingCollection = artifacts.collectGarbage(3, () => Promise.reject(new Error('disk')));
    await expect(failingCollection).rejects.toThrow('disk');
    expect(await collectAllGarbage()).toEqual([createKey(1)]);
  });

  it('RequestTransitionsRepository.removeExpiredRequests() removes only expired requests', async () => {
    const [expiredId, unexpiredId] = [await createRequest(1), await createRequest(2)];
    const { id: runningId } = await work.rows.insertRequest(1);
    const setExpiry = (id: string, interval: string) =>
      work.rows.dataSource.query(
        `UPDATE processing_requests SET expires_at = now() + $2::interval WHERE id = $1`,
        [id, interval],
      );
    await Promise.all([
      setExpiry(expiredId, '-1 s'),
      setExpiry(unexpiredId, '1 h'),
      setExpiry(runningId, '-1 s'),
    ]);
    const removedIds = await Promise.all(
      [1, 2, 3].map(() => work.transitions.removeExpiredRequests(10)),
    );
    expect(removedIds.flat()).toEqual([expiredId]);
    await work.finishOperation(expiredId);
    expect(await collectAllGarbage()).toEqual([createKey(1)]);
  });

  it('ArtifactsRepository.runIfUnknown() blocks reservations of a key while it runs, and skips a key that has a row', async () => {
    const events: string[] = [];
    let reservation: Promise<unknown> | undefined;
    await artifacts.runIfUnknown(createKey(9), 'jpeg', async () => {
      reservation = work.rows.insertArtifact(createKey(9)).then(() => events.push('reserved'));
      await work.rows.dataSource.query('SELECT pg_sleep(0.1)');
      events.push('removed');
    });
    await reservation;
    expect(events).toEqual(['removed', 'reserved']);
    await artifacts.runIfUnknown(createKey(9), 'jpeg', async () => void events.push('never'));
    expect(events).toHaveLength(2);
    expect(await artifacts.findUnknownKeys([createKey(8), createKey(9)])).toEqual([createKey(8)]);
  });
});
