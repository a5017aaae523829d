import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { BacklogRepository } from './backlog.js';
import { ImagesRepository } from './images.js';

describe('BacklogRepository', () => {
  let rows: TestRows;
  let repository: BacklogRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    repository = new BacklogRepository(rows.dataSource);
  });
  afterAll(() => rows.close());
  beforeEach(() => rows.dataSource.query('TRUNCATE images, processing_requests, due_requests'));

  const age = (id: string, seconds: number) =>
    rows.dataSource.query(
      'UPDATE processing_requests SET created_at = now() - make_interval(secs => $2) WHERE id = $1',
      [id, seconds],
    );

  it('BacklogRepository returns zeros and no ages without work', async () => {
    expect(await repository.readBacklog()).toEqual({
      openRequests: 0,
      openImages: 0,
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
    const old = await rows.request(3);
    await rows.request(2);
    await age(old.id, 100);
    const before = await repository.readBacklog();
    expect(before).toMatchObject({ openRequests: 2, openImages: 5, queuedImages: 0 });
    expect(before.oldestWaitingImage).toBeGreaterThanOrEqual(100);
    expect(before.oldestUntouchedRequest).toBeGreaterThanOrEqual(100);

    await images.nextFairBatch(100, 60);
    await images.claim(
      old.images.map((id) => ({ id, lease: randomUUID() })),
      15,
    );
    const after = await repository.readBacklog();
    expect(after).toMatchObject({ openImages: 5, queuedImages: 2, processingImages: 3 });
    expect(after.oldestWaitingImage).toBeLessThan(100);
    expect(after.oldestUntouchedRequest).toBeLessThan(100);
  });

  it('BacklogRepository returns the wait of an image since its request became due at the claim', async () => {
    const images = new ImagesRepository(rows.dataSource);
    const { id, images: ids } = await rows.request(1);
    await age(id, 50);
    await images.nextFairBatch(1, 60);
    const [image] = await images.claim([{ id: ids[0], lease: randomUUID() }], 15);
    expect(image.waitSeconds).toBeGreaterThanOrEqual(50);
    expect(image.waitSeconds).toBeLessThan(1000);
  });
});
