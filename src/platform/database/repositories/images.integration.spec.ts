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

  const dueRows = async () => {
    const [counted] = await rows.dataSource.query<[{ due: number; later: number }]>(
      `SELECT count(*) FILTER (WHERE due_at <= now())::int AS due,
              count(*) FILTER (WHERE due_at > now())::int AS later FROM due_requests`,
    );
    return counted;
  };
  const claimOne = async (id: string) => {
    const [image] = await images.claim([{ id, lease: randomUUID() }], 15);
    return image;
  };

  it('queueFairBatch() alternates between requests of any size and age', async () => {
    const large = await rows.insertRequest(50);
    const small = await rows.insertRequest(3);
    const batch = await images.queueFairBatch(8, 60);
    expect(batch.map(({ requestId }) => (requestId === small.id ? 's' : 'L')).join('')).toMatch(
      /^(Ls|sL){3}LL$/,
    );
    expect(batch.filter(({ requestId }) => requestId === large.id).map(({ id }) => id)).toEqual(
      large.images.slice(0, 5),
    );
  });

  it('queueFairBatch() alternates between owners with any number of requests', async () => {
    for (let i = 0; i < 60; i++) await rows.insertRequest(1, { owner: 'many' });
    await rows.insertRequest(5, { owner: 'few' });
    const first = await images.queueFairBatch(8, 60);
    expect(first.map(({ owner }) => owner)).toEqual([...Array(4)].flatMap(() => ['few', 'many']));
    const only = await images.queueFairBatch(8, 60, ['few']);
    expect(only.map(({ owner }) => owner)).toEqual(['few']);
  });

  it('queueFairBatch() serves all owners equally when a batch has fewer images than there are owners', async () => {
    for (let i = 0; i < 10; i++)
      await rows.insertRequest(i === 0 ? 50 : 5, { owner: `owner-${i}` });
    const served = new Map<string, number>();
    for (let batch = 0; batch < 5; batch++) {
      for (const { owner } of await images.queueFairBatch(4, 60)) {
        served.set(owner, (served.get(owner) ?? 0) + 1);
      }
    }
    expect([...served.values()]).toEqual(Array(10).fill(2));
  });

  it('queueFairBatch() gives the remaining images of an uneven batch to each owner in turn', async () => {
    for (const owner of ['a', 'b', 'c']) await rows.insertRequest(20, { owner });
    const served: string[] = [];
    for (let batch = 0; batch < 3; batch++) {
      for (const { owner } of await images.queueFairBatch(4, 60)) served.push(owner);
    }
    expect(served.join('')).toBe('abcabcabcabc');
  });

  it('queueFairBatch() reaches every request of an owner with more requests than a batch', async () => {
    const requests = [];
    for (let i = 0; i < 40; i++) requests.push(await rows.insertRequest(10));
    const served = new Set<string>();
    for (let batch = 0; batch < 5; batch++) {
      for (const { requestId } of await images.queueFairBatch(8, 60)) served.add(requestId);
    }
    expect(served.size).toBe(40);
  });

  it('queueFairBatch() skips requests whose images all wait for a retry, however many there are', async () => {
    const waiting = [];
    for (let i = 0; i < 60; i++) waiting.push(...(await rows.insertRequest(1)).images);
    await rows.dataSource.query(
      `UPDATE images SET not_before = now() + interval '1 h' WHERE id = ANY($1)`,
      [waiting],
    );
    const { images: ids } = await rows.insertRequest(1);
    expect((await images.queueFairBatch(2, 60)).map(({ id }) => id)).toEqual(ids);
    expect(await dueRows()).toEqual({ due: 0, later: 60 });
  });

  it('queueFairBatch() returns requeued images, and images that an earlier version stored', async () => {
    const { images: ids } = await rows.insertRequest(1);
    await images.queueFairBatch(2, 60);
    expect(await dueRows()).toEqual({ due: 0, later: 0 });
    const image = await claimOne(ids[0]);
    await images.postpone([{ id: image.id, lease: image.lease, delayMs: 0, counted: true }]);
    expect(await images.queueFairBatch(1, 60)).toHaveLength(1);
    await images.revertEnqueue('all');
    expect(await dueRows()).toEqual({ due: 1, later: 0 });
    await rows.dataSource.query('TRUNCATE due_requests');
    const due = new DueRequestsRepository(rows.dataSource);
    expect([await due.restoreMissing(), await due.restoreMissing()]).toEqual([1, 0]);
    expect(await images.queueFairBatch(1, 60)).toHaveLength(1);
  });

  it('ImagesRepository loses no image when dispatchers and requeuing workers race', async () => {
    for (let i = 0; i < 12; i++) await rows.insertRequest(2);
    let left = 120;
    const dispatchAndRequeue = async () => {
      while (left > 0) {
        const batch = await images.queueFairBatch(4, 60);
        left -= batch.length;
        const claimed = await images.claim(
          batch.map(({ id }) => ({ id, lease: randomUUID() })),
          15,
        );
        await images.postpone(
          claimed.map(({ id, lease }) => ({ id, lease, delayMs: 0, counted: false })),
        );
      }
    };
    await Promise.all(Array.from({ length: 4 }, dispatchAndRequeue));
    let found = 0;
    for (let batch; (batch = await images.queueFairBatch(50, 60)).length > 0;)
      found += batch.length;
    expect(found).toBe(24);
  });

  it('ImagesRepository returns the owners with due images and few enqueued images', async () => {
    await rows.insertRequest(8, { owner: 'a' });
    await images.queueFairBatch(4, 60);
    await rows.insertRequest(1, { owner: 'b' });
    const due = new DueRequestsRepository(rows.dataSource);
    expect(await due.findOwnersBelow(4)).toEqual(['b']);
    expect(await due.findOwnersBelow(5)).toEqual(['a', 'b']);
    await images.queueFairBatch(20, 60);
    expect(await due.findOwnersBelow(5)).toEqual([]);
  });

  it('ImagesRepository never returns the same image to two dispatchers', async () => {
    await rows.insertRequest(100);
    const batches = await Promise.all(
      Array.from({ length: 5 }, () => images.queueFairBatch(20, 60)),
    );
    const ids = batches.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('ImagesRepository claims an image for one of many workers, counts the attempt and starts the request', async () => {
    const { id, images: ids } = await rows.insertRequest(1);
    await images.queueFairBatch(10, 60);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimOne(ids[0])));
    const [winner, ...others] = claims.filter(Boolean);
    expect(others).toEqual([]);
    expect(winner).toMatchObject({ attempts: 1, options: { quality: 50 } });
    expect(await rows.findRequest(id)).toMatchObject({ status: 'processing' });
  });

  it('ImagesRepository does not claim an image before its retry is due', async () => {
    const { id, images: ids } = await rows.insertRequest(2);
    expect((await rows.findRequest(id)).waitsUntil).toBeNull();
    const image = await claimOne(ids[0]);
    await claimOne(ids[1]);
    await images.postpone([{ id: image.id, lease: image.lease, delayMs: 60_000, counted: true }]);
    expect(await claimOne(ids[0])).toBeUndefined();
    expect(await images.queueFairBatch(10, 60)).toEqual([]);
    const { notBefore, ...waiting } = await rows.findImage(ids[0]);
    expect(waiting).toMatchObject({ status: 'pending', attempts: 1 });
    expect((await rows.findRequest(id)).waitsUntil).toEqual(notBefore);
  });

  it('ImagesRepository does not count an attempt that failed through no fault of the image', async () => {
    const { images: ids } = await rows.insertRequest(1);
    const image = await claimOne(ids[0]);
    await images.postpone([{ id: image.id, lease: image.lease, delayMs: 0, counted: false }]);
    expect(await rows.findImage(ids[0])).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('ImagesRepository requeues the images of a lost worker behind new images, without counting an attempt', async () => {
    const { images: ids } = await rows.insertRequest(3);
    await images.claim([{ id: ids[0], lease: randomUUID() }], -1);
    expect(await images.requeueExpired()).toBe(1);
    expect(await rows.findImage(ids[0])).toMatchObject({ attempts: 0, interruptions: 1 });
    const order = await images.queueFairBatch(10, 60);
    expect(order.map(({ id }) => id)).toEqual([ids[1], ids[2], ids[0]]);
  });

  it('ImagesRepository keeps renewed leases', async () => {
    const { images: ids } = await rows.insertRequest(1);
    const lease = randomUUID();
    await images.claim([{ id: ids[0], lease }], -1);
    await images.renewLeases([lease], 15);
    expect(await images.requeueExpired()).toBe(0);
  });

  it('ImagesRepository extends a lease only after a quarter of its duration, and reports it as held until then', async () => {
    const { images: ids } = await rows.insertRequest(1);
    const lease = randomUUID();
    await images.claim([{ id: ids[0], lease }], 15);
    const until = async () => (await rows.findImage(ids[0])).leaseUntil!.getTime();
    const first = await until();
    expect(await images.renewLeases([lease], 15)).toEqual([lease]);
    expect(await until()).toBe(first);
    await rows.dataSource.query(
      `UPDATE images SET lease_until = lease_until - interval '5 s' WHERE id = $1`,
      [ids[0]],
    );
    expect(await images.renewLeases([lease], 15)).toEqual([lease]);
    expect(await until()).toBeGreaterThanOrEqual(first);
  });

  it('ImagesRepository does not wait for row locks when it renews, requeues or releases images', async () => {
    const { images: ids } = await rows.insertRequest(4);
    await images.queueFairBatch(10, 60);
    const [one, other] = [await claimOne(ids[0]), await claimOne(ids[1])];
    const lock = 'SELECT 1 FROM images WHERE id = ANY($1) FOR UPDATE';
    await rows.dataSource.transaction(async (recording) => {
      await recording.query(lock, [[ids[1], ids[3]]]);
      const leases = [one.lease, other.lease];
      expect((await images.renewLeases(leases, 60)).toSorted()).toEqual(leases.toSorted());
      await rows.dataSource.query('UPDATE images SET lease_until = now() WHERE id = $1', [ids[0]]);
      expect(await images.requeueExpired()).toBe(1);
      expect(await images.revertEnqueue([ids[2], ids[3]])).toBe(1);
      expect(await images.revertEnqueue('all')).toBe(0);
    });
    expect(await images.revertEnqueue('all')).toBe(1);
  });

  it('ImagesRepository re-dispatches unclaimed images with an incremented dispatch number', async () => {
    await rows.insertRequest(1);
    const [first] = await images.queueFairBatch(1, -1);
    expect(await images.requeueExpired()).toBe(1);
    const [second] = await images.queueFairBatch(1, 60);
    expect(second).toMatchObject({ id: first.id, dispatch: first.dispatch + 1 });
  });

  it('ImagesRepository does not dispatch duplicates', async () => {
    const { images: ids } = await rows.insertRequest(2);
    await rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = $2', [ids[0], ids[1]]);
    expect((await images.queueFairBatch(10, 60)).map(({ id }) => id)).toEqual([ids[0]]);
    expect(await claimOne(ids[1])).toBeUndefined();
  });
});
