import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { DueRequestsRepository } from './due-requests.js';
import { ImagesRepository } from './images.js';

describe('ImagesRepository', () => {
  let rows: TestRows;
  let images: ImagesRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    images = new ImagesRepository(rows.dataSource);
  });
  afterAll(() => rows.close());
  beforeEach(() => rows.dataSource.query('TRUNCATE images, processing_requests, due_requests'));

  const countDueRows = async () => {
    const [counts] = await rows.dataSource.query<[{ due: number; later: number }]>(
      `SELECT count(*) FILTER (WHERE due_at <= now())::int AS due,
              count(*) FILTER (WHERE due_at > now())::int AS later FROM due_requests`,
    );
    return counts;
  };
  const claimImage = async (id: string) => {
    const [image] = await images.claimImages([{ id, lease: randomUUID() }], 15);
    return image;
  };

  it('ImagesRepository.queueFairBatch() alternates between requests of any size and age', async () => {
    const largeRequest = await rows.insertRequest(50);
    const smallRequest = await rows.insertRequest(3);
    const batch = await images.queueFairBatch(8, 60);
    expect(
      batch.map(({ requestId }) => (requestId === smallRequest.id ? 's' : 'L')).join(''),
    ).toMatch(/^(Ls|sL){3}LL$/);
    expect(
      batch.filter(({ requestId }) => requestId === largeRequest.id).map(({ id }) => id),
    ).toEqual(largeRequest.images.slice(0, 5));
  });

  it('ImagesRepository.queueFairBatch() alternates between owners with any number of requests', async () => {
    for (let i = 0; i < 60; i++) await rows.insertRequest(1, { owner: 'many' });
    await rows.insertRequest(5, { owner: 'few' });
    const firstBatch = await images.queueFairBatch(8, 60);
    expect(firstBatch.map(({ owner }) => owner)).toEqual(
      [...Array(4)].flatMap(() => ['few', 'many']),
    );
    const secondBatch = await images.queueFairBatch(8, 60, ['few']);
    expect(secondBatch.map(({ owner }) => owner)).toEqual(['few']);
  });

  it('ImagesRepository.queueFairBatch() serves all owners equally if a batch is smaller than the number of owners', async () => {
    for (let i = 0; i < 10; i++)
      await rows.insertRequest(i === 0 ? 50 : 5, { owner: `owner-${i}` });
    const imageCounts = new Map<string, number>();
    for (let batch = 0; batch < 5; batch++) {
      for (const { owner } of await images.queueFairBatch(4, 60)) {
        imageCounts.set(owner, (imageCounts.get(owner) ?? 0) + 1);
      }
    }
    expect([...imageCounts.values()]).toEqual(Array(10).fill(2));
  });

  it('ImagesRepository.queueFairBatch() starts each batch with the owner after the last owner of the previous batch', async () => {
    for (const owner of ['a', 'b', 'c']) await rows.insertRequest(20, { owner });
    const owners: string[] = [];
    for (let batch = 0; batch < 3; batch++) {
      for (const { owner } of await images.queueFairBatch(4, 60)) owners.push(owner);
    }
    expect(owners.join('')).toBe('abcabcabcabc');
  });

  it('ImagesRepository.queueFairBatch() reaches every request of an owner with more requests than a batch', async () => {
    const requests = [];
    for (let i = 0; i < 40; i++) requests.push(await rows.insertRequest(10));
    const requestIds = new Set<string>();
    for (let batch = 0; batch < 5; batch++) {
      for (const { requestId } of await images.queueFairBatch(8, 60)) requestIds.add(requestId);
    }
    expect(requestIds.size).toBe(40);
  });

  it('ImagesRepository.queueFairBatch() skips any number of requests whose images are all waiting for a retry', async () => {
    const waitingImages = [];
    for (let i = 0; i < 60; i++) waitingImages.push(...(await rows.insertRequest(1)).images);
    await rows.dataSource.query(
      `UPDATE images SET not_before = now() + interval '1 h' WHERE id = ANY($1)`,
      [waitingImages],
    );
    const { images: ids } = await rows.insertRequest(1);
    expect((await images.queueFairBatch(2, 60)).map(({ id }) => id)).toEqual(ids);
    expect(await countDueRows()).toEqual({ due: 0, later: 60 });
  });

  it('ImagesRepository.queueFairBatch() returns requeued images and images that an earlier version stored', async () => {
    const { images: ids } = await rows.insertRequest(1);
    await images.queueFairBatch(2, 60);
    expect(await countDueRows()).toEqual({ due: 0, later: 0 });
    const image = await claimImage(ids[0]);
    await images.postponeImages([
      { id: image.id, lease: image.lease, delayMs: 0, isCounted: true },
    ]);
    expect(await images.queueFairBatch(1, 60)).toHaveLength(1);
    await images.revertEnqueue('all');
    expect(await countDueRows()).toEqual({ due: 1, later: 0 });
    await rows.dataSource.query('TRUNCATE due_requests');
    const dueRequests = new DueRequestsRepository(rows.dataSource);
    expect([
      await dueRequests.restoreMissingRows(),
      await dueRequests.restoreMissingRows(),
    ]).toEqual([1, 0]);
    expect(await images.queueFairBatch(1, 60)).toHaveLength(1);
  });

  it('ImagesRepository.queueFairBatch() loses no images if workers requeue images at the same time', async () => {
    for (let i = 0; i < 12; i++) await rows.insertRequest(2);
    let remainingCount = 120;
    const dispatchAndRequeue = async () => {
      while (remainingCount > 0) {
        const batch = await images.queueFairBatch(4, 60);
        remainingCount -= batch.length;
        const claimedImages = await images.claimImages(
          batch.map(({ id }) => ({ id, lease: randomUUID() })),
          15,
        );
        await images.postponeImages(
          claimedImages.map(({ id, lease }) => ({ id, lease, delayMs: 0, isCounted: false })),
        );
      }
    };
    await Promise.all(Array.from({ length: 4 }, dispatchAndRequeue));
    let queuedCount = 0;
    for (let batch; (batch = await images.queueFairBatch(50, 60)).length > 0;)
      queuedCount += batch.length;
    expect(queuedCount).toBe(24);
  });

  it('DueRequestsRepository.findOwnersBelow() returns the owners with due images and too few queued images', async () => {
    await rows.insertRequest(8, { owner: 'a' });
    await images.queueFairBatch(4, 60);
    await rows.insertRequest(1, { owner: 'b' });
    const dueRequests = new DueRequestsRepository(rows.dataSource);
    expect(await dueRequests.findOwnersBelow(4)).toEqual(['b']);
    expect(await dueRequests.findOwnersBelow(5)).toEqual(['a', 'b']);
    await images.queueFairBatch(20, 60);
    expect(await dueRequests.findOwnersBelow(5)).toEqual([]);
  });

  it('ImagesRepository.queueFairBatch() never returns the same image to two dispatchers', async () => {
    await rows.insertRequest(100);
    const batches = await Promise.all(
      Array.from({ length: 5 }, () => images.queueFairBatch(20, 60)),
    );
    const ids = batches.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('ImagesRepository.claimImages() lets only one of several workers claim an image, counts the attempt and starts the request', async () => {
    const { id, images: ids } = await rows.insertRequest(1);
    await images.queueFairBatch(10, 60);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimImage(ids[0])));
    const [winner, ...others] = claims.filter(Boolean);
    expect(others).toEqual([]);
    expect(winner).toMatchObject({ attempts: 1, options: { quality: 50 } });
    expect(await rows.findRequest(id)).toMatchObject({ status: 'processing' });
  });

  it('ImagesRepository.claimImages() does not claim an image before its retry is due', async () => {
    const { id, images: ids } = await rows.insertRequest(2);
    expect((await rows.findRequest(id)).waitsUntil).toBeNull();
    const image = await claimImage(ids[0]);
    await claimImage(ids[1]);
    await images.postponeImages([
      { id: image.id, lease: image.lease, delayMs: 60_000, isCounted: true },
    ]);
    expect(await claimImage(ids[0])).toBeUndefined();
    expect(await images.queueFairBatch(10, 60)).toEqual([]);
    const { notBefore, ...postponedImage } = await rows.findImage(ids[0]);
    expect(postponedImage).toMatchObject({ status: 'pending', attempts: 1 });
    expect((await rows.findRequest(id)).waitsUntil).toEqual(notBefore);
  });

  it('ImagesRepository.postponeImages() does not count an attempt with isCounted: false', async () => {
    const { images: ids } = await rows.insertRequest(1);
    const image = await claimImage(ids[0]);
    await images.postponeImages([
      { id: image.id, lease: image.lease, delayMs: 0, isCounted: false },
    ]);
    expect(await rows.findImage(ids[0])).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('ImagesRepository.requeueExpiredImages() requeues the images of a lost worker after new images, without counting an attempt', async () => {
    const { images: ids } = await rows.insertRequest(3);
    await images.claimImages([{ id: ids[0], lease: randomUUID() }], -1);
    expect(await images.requeueExpiredImages()).toBe(1);
    expect(await rows.findImage(ids[0])).toMatchObject({ attempts: 0, interruptions: 1 });
    const batch = await images.queueFairBatch(10, 60);
    expect(batch.map(({ id }) => id)).toEqual([ids[1], ids[2], ids[0]]);
  });

  it('ImagesRepository.requeueExpiredImages() does not requeue images with renewed leases', async () => {
    const { images: ids } = await rows.insertRequest(1);
    const lease = randomUUID();
    await images.claimImages([{ id: ids[0], lease }], -1);
    await images.renewLeases([lease], 15);
    expect(await images.requeueExpiredImages()).toBe(0);
  });

  it('ImagesRepository.renewLeases() returns a lease without extending it during the first quarter of its duration', async () => {
    const { images: ids } = await rows.insertRequest(1);
    const lease = randomUUID();
    await images.claimImages([{ id: ids[0], lease }], 15);
    const readLeaseUntil = async () => (await rows.findImage(ids[0])).leaseUntil!.getTime();
    const initialLeaseUntil = await readLeaseUntil();
    expect(await images.renewLeases([lease], 15)).toEqual([lease]);
    expect(await readLeaseUntil()).toBe(initialLeaseUntil);
    await rows.dataSource.query(
      `UPDATE images SET lease_until = lease_until - interval '5 s' WHERE id = $1`,
      [ids[0]],
    );
    expect(await images.renewLeases([lease], 15)).toEqual([lease]);
    expect(await readLeaseUntil()).toBeGreaterThanOrEqual(initialLeaseUntil);
  });

  it('ImagesRepository does not wait for row locks when it renews, requeues or reverts images', async () => {
    const { images: ids } = await rows.insertRequest(4);
    await images.queueFairBatch(10, 60);
    const [firstImage, secondImage] = [await claimImage(ids[0]), await claimImage(ids[1])];
    const lock = 'SELECT 1 FROM images WHERE id = ANY($1) FOR UPDATE';
    await rows.dataSource.transaction(async (otherSession) => {
      await otherSession.query(lock, [[ids[1], ids[3]]]);
      const leases = [firstImage.lease, secondImage.lease];
      expect((await images.renewLeases(leases, 60)).toSorted()).toEqual(leases.toSorted());
      await rows.dataSource.query('UPDATE images SET lease_until = now() WHERE id = $1', [ids[0]]);
      expect(await images.requeueExpiredImages()).toBe(1);
      expect(await images.revertEnqueue([ids[2], ids[3]])).toBe(1);
      expect(await images.revertEnqueue('all')).toBe(0);
    });
    expect(await images.revertEnqueue('all')).toBe(1);
  });

  it('ImagesRepository.requeueExpiredImages() requeues an unclaimed image, whose next dispatch has the next number', async () => {
    await rows.insertRequest(1);
    const [firstDispatch] = await images.queueFairBatch(1, -1);
    expect(await images.requeueExpiredImages()).toBe(1);
    const [secondDispatch] = await images.queueFairBatch(1, 60);
    expect(secondDispatch).toMatchObject({
      id: firstDispatch.id,
      dispatch: firstDispatch.dispatch + 1,
    });
  });

  it('ImagesRepository.queueFairBatch() does not dispatch duplicates', async () => {
    const { images: ids } = await rows.insertRequest(2);
    await rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = $2', [ids[0], ids[1]]);
    expect((await images.queueFairBatch(10, 60)).map(({ id }) => id)).toEqual([ids[0]]);
    expect(await claimImage(ids[1])).toBeUndefined();
  });
});
