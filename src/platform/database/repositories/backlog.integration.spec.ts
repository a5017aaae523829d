import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { BacklogRepository } from './backlog.js';
import { ImagesRepository } from './images.js';
import { PausesRepository } from './pauses.js';

describe('BacklogRepository', () => {
  let rows: TestRows;
  let repository: BacklogRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    repository = new BacklogRepository(rows.dataSource);
  });
  afterAll(() => rows.close());
  beforeEach(() =>
    rows.dataSource.query('TRUNCATE images, processing_requests, due_requests, dispatch_pauses'),
  );

  const age = (id: string, seconds: number) =>
    rows.dataSource.query(
      'UPDATE processing_requests SET created_at = now() - make_interval(secs => $2) WHERE id = $1',
      [id, seconds],
    );

  it('BacklogRepository returns zeros and no ages without work', async () => {
    expect(await repository.readBacklog()).toEqual({
      openRequests: 0,
      openImages: 0,
      pausedImages: 0,
      queuedImages: 0,
      processingImages: 0,
      oldestWaitingImage: null,
      oldestUntouchedRequest: null,
      openDeliveries: 0,
      oldestDueDelivery: null,
    });
  });

  it('BacklogRepository counts open images by state and returns the age of the oldest one that waits', async () => {
    const images = new ImagesRepository(rows.dataSource);
    const old = await rows.insertRequest(3);
    await rows.insertRequest(2);
    await age(old.id, 100);
    const before = await repository.readBacklog();
    expect(before).toMatchObject({ openRequests: 2, openImages: 5, queuedImages: 0 });
    expect(before.oldestWaitingImage).toBeGreaterThanOrEqual(100);
    expect(before.oldestUntouchedRequest).toBeGreaterThanOrEqual(100);

    await images.queueFairBatch(100, 60);
    await images.claim(
      old.images.map((id) => ({ id, lease: randomUUID() })),
      15,
    );
    const after = await repository.readBacklog();
    expect(after).toMatchObject({ openImages: 5, queuedImages: 2, processingImages: 3 });
    expect(after.oldestWaitingImage).toBeLessThan(100);
    expect(after.oldestUntouchedRequest).toBeLessThan(100);
  });

  it.each([
    ['owner', 'shop'],
    ['origin', 'localhost'],
  ] as const)(
    'BacklogRepository counts images of a paused %s as paused, not as waiting work',
    async (kind, name) => {
      const images = new ImagesRepository(rows.dataSource);
      const pauses = new PausesRepository(rows.dataSource);
      const { id, images: ids } = await rows.insertRequest(4, { owner: 'shop' });
      await rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = $2', ids.slice(2));
      await age(id, 5000);
      await pauses.pause(kind, name, '', 'ops');
      expect(await images.queueFairBatch(100, 60)).toEqual([]);
      expect(await repository.readBacklog()).toMatchObject({
        openRequests: 1,
        openImages: 0,
        pausedImages: 4,
        oldestWaitingImage: null,
        oldestUntouchedRequest: null,
      });

      await pauses.resume(kind, name, 'ops');
      await images.releaseParked(100);
      const resumed = await repository.readBacklog();
      expect(resumed).toMatchObject({ openImages: 4, pausedImages: 0 });
      expect(resumed.oldestWaitingImage).toBeLessThan(1000);
      expect(resumed.oldestUntouchedRequest).toBeLessThan(1000);
      await images.queueFairBatch(100, 60);
      const [image] = await images.claim([{ id: ids[0], lease: randomUUID() }], 15);
      expect(image.waitSeconds).toBeLessThan(1000);
    },
  );

  it('BacklogRepository returns the waiting time of each claimed image', async () => {
    const images = new ImagesRepository(rows.dataSource);
    const { id, images: ids } = await rows.insertRequest(1);
    await age(id, 50);
    await images.queueFairBatch(1, 60);
    const [image] = await images.claim([{ id: ids[0], lease: randomUUID() }], 15);
    expect(image.waitSeconds).toBeGreaterThanOrEqual(50);
    expect(image.waitSeconds).toBeLessThan(1000);
  });
});
