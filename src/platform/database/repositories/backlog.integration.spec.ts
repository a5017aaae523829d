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

  const setAge = (id: string, seconds: number) =>
    rows.dataSource.query(
      'UPDATE processing_requests SET created_at = now() - make_interval(secs => $2) WHERE id = $1',
      [id, seconds],
    );

  it('BacklogRepository.readBacklog() returns zero counts and null ages if there is no work', async () => {
    expect(await repository.readBacklog()).toEqual({
      openRequests: 0,
      openImages: 0,
      pausedImages: 0,
      queuedImages: 0,
      processingImages: 0,
      oldestWaitingImageSeconds: null,
      oldestUntouchedRequestSeconds: null,
      openDeliveries: 0,
      oldestDueDeliverySeconds: null,
    });
  });

  it('BacklogRepository.readBacklog() counts open images by state and returns the age of the oldest waiting image', async () => {
    const images = new ImagesRepository(rows.dataSource);
    const oldRequest = await rows.insertRequest(3);
    await rows.insertRequest(2);
    await setAge(oldRequest.id, 100);
    const backlogBefore = await repository.readBacklog();
    expect(backlogBefore).toMatchObject({ openRequests: 2, openImages: 5, queuedImages: 0 });
    expect(backlogBefore.oldestWaitingImageSeconds).toBeGreaterThanOrEqual(100);
    expect(backlogBefore.oldestUntouchedRequestSeconds).toBeGreaterThanOrEqual(100);

    await images.queueFairBatch(100, 60);
    await images.claimImages(
      oldRequest.images.map((id) => ({ id, lease: randomUUID() })),
      15,
    );
    const backlogAfter = await repository.readBacklog();
    expect(backlogAfter).toMatchObject({ openImages: 5, queuedImages: 2, processingImages: 3 });
    expect(backlogAfter.oldestWaitingImageSeconds).toBeLessThan(100);
    expect(backlogAfter.oldestUntouchedRequestSeconds).toBeLessThan(100);
  });

  it.each([
    ['owner', 'shop'],
    ['origin', 'localhost'],
  ] as const)(
    'BacklogRepository.readBacklog() counts images of a paused %s as paused instead of open',
    async (kind, name) => {
      const images = new ImagesRepository(rows.dataSource);
      const pauses = new PausesRepository(rows.dataSource);
      const { id, images: ids } = await rows.insertRequest(4, { owner: 'shop' });
      await rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = $2', ids.slice(2));
      await setAge(id, 5000);
      await pauses.pauseDispatch(kind, name, '', 'ops');
      expect(await images.queueFairBatch(100, 60)).toEqual([]);
      expect(await repository.readBacklog()).toMatchObject({
        openRequests: 1,
        openImages: 0,
        pausedImages: 4,
        oldestWaitingImageSeconds: null,
        oldestUntouchedRequestSeconds: null,
      });

      await pauses.resumeDispatch(kind, name, 'ops');
      await images.releaseParkedImages(100);
      const backlogAfterResume = await repository.readBacklog();
      expect(backlogAfterResume).toMatchObject({ openImages: 4, pausedImages: 0 });
      expect(backlogAfterResume.oldestWaitingImageSeconds).toBeLessThan(1000);
      expect(backlogAfterResume.oldestUntouchedRequestSeconds).toBeLessThan(1000);
      await images.queueFairBatch(100, 60);
      const [image] = await images.claimImages([{ id: ids[0], lease: randomUUID() }], 15);
      expect(image.waitSeconds).toBeLessThan(1000);
    },
  );

  it('ImagesRepository.claimImages() returns the waiting time of each claimed image', async () => {
    const images = new ImagesRepository(rows.dataSource);
    const { id, images: ids } = await rows.insertRequest(1);
    await setAge(id, 50);
    await images.queueFairBatch(1, 60);
    const [image] = await images.claimImages([{ id: ids[0], lease: randomUUID() }], 15);
    expect(image.waitSeconds).toBeGreaterThanOrEqual(50);
    expect(image.waitSeconds).toBeLessThan(1000);
  });
});
