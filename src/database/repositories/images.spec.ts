import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRows } from '../../../test/support/rows.js';
import { ImagesRepository } from './images.js';

describe('ImagesRepository', () => {
  let rows: TestRows;
  let images: ImagesRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    images = new ImagesRepository(rows.dataSource);
  });
  afterAll(() => rows.close());
  beforeEach(() => rows.dataSource.query('TRUNCATE images, processing_requests'));

  const claimOne = async (id: string) => {
    const [image] = await images.claim([{ id, lease: randomUUID() }], 15);
    return image;
  };

  it('takes turns between requests, whichever was first and however large', async () => {
    const large = await rows.request(50);
    const small = await rows.request(3);
    const batch = await images.nextFairBatch(8, 60);
    expect(batch.map(({ requestId }) => (requestId === small.id ? 's' : 'L')).join('')).toMatch(
      /^(Ls|sL){3}LL$/,
    );
    expect(batch.filter(({ requestId }) => requestId === large.id).map(({ id }) => id)).toEqual(
      large.images.slice(0, 5),
    );
  });

  it('never hands the same image to two dispatchers', async () => {
    await rows.request(100);
    const batches = await Promise.all(
      Array.from({ length: 5 }, () => images.nextFairBatch(20, 60)),
    );
    const ids = batches.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives an image to one of many workers, counts the try and begins the request', async () => {
    const { id, images: ids } = await rows.request(1);
    await images.nextFairBatch(10, 60);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimOne(ids[0])));
    const [winner, ...others] = claims.filter(Boolean);
    expect(others).toEqual([]);
    expect(winner).toMatchObject({ attempts: 1, options: { quality: 50 } });
    expect(await rows.find(id)).toMatchObject({ status: 'processing' });
  });

  it('does not let an image be claimed before its time, which its request knows', async () => {
    const { id, images: ids } = await rows.request(2);
    expect((await rows.find(id)).waitsUntil).toBeNull();
    const image = await claimOne(ids[0]);
    await claimOne(ids[1]);
    await images.postpone([{ id: image.id, lease: image.lease, delayMs: 60_000, charged: true }]);
    expect(await claimOne(ids[0])).toBeUndefined();
    expect(await images.nextFairBatch(10, 60)).toEqual([]);
    const { notBefore, ...waiting } = await rows.image(ids[0]);
    expect(waiting).toMatchObject({ status: 'pending', attempts: 1 });
    expect((await rows.find(id)).waitsUntil).toEqual(notBefore);
  });

  it('takes a try back that was not the image’s fault', async () => {
    const { images: ids } = await rows.request(1);
    const image = await claimOne(ids[0]);
    await images.postpone([{ id: image.id, lease: image.lease, delayMs: 0, charged: false }]);
    expect(await rows.image(ids[0])).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('frees what a vanished worker had, without counting a try, behind all that was never tried', async () => {
    const { images: ids } = await rows.request(3);
    await images.claim([{ id: ids[0], lease: randomUUID() }], -1);
    expect(await images.freeExpired()).toBe(1);
    expect(await rows.image(ids[0])).toMatchObject({ attempts: 0, interruptions: 1 });
    const order = await images.nextFairBatch(10, 60);
    expect(order.map(({ id }) => id)).toEqual([ids[1], ids[2], ids[0]]);
  });

  it('keeps what is renewed', async () => {
    const { images: ids } = await rows.request(1);
    const lease = randomUUID();
    await images.claim([{ id: ids[0], lease }], -1);
    await images.renewLeases([lease], 15);
    expect(await images.freeExpired()).toBe(0);
  });

  it('waits for nobody when it renews, frees or puts back: whoever waits with locks may deadlock', async () => {
    const { images: ids } = await rows.request(4);
    await images.nextFairBatch(10, 60);
    const [one, other] = [await claimOne(ids[0]), await claimOne(ids[1])];
    const lock = 'SELECT 1 FROM images WHERE id = ANY($1) FOR UPDATE';
    await rows.dataSource.transaction(async (recording) => {
      await recording.query(lock, [[ids[1], ids[3]]]);
      const leases = [one.lease, other.lease];
      expect((await images.renewLeases(leases, -1)).toSorted()).toEqual(leases.toSorted());
      expect(await images.freeExpired()).toBe(1);
      expect(await images.unqueue([ids[2], ids[3]])).toBe(1);
      expect(await images.unqueue('all')).toBe(0);
    });
    expect(await images.unqueue('all')).toBe(1);
  });

  it('hints again what nobody claimed, under a new number', async () => {
    await rows.request(1);
    const [first] = await images.nextFairBatch(1, -1);
    expect(await images.freeExpired()).toBe(1);
    const [second] = await images.nextFairBatch(1, 60);
    expect(second).toMatchObject({ id: first.id, dispatch: first.dispatch + 1 });
  });

  it('leaves duplicates of an image to that image', async () => {
    const { images: ids } = await rows.request(2);
    await rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = $2', [ids[0], ids[1]]);
    expect((await images.nextFairBatch(10, 60)).map(({ id }) => id)).toEqual([ids[0]]);
    expect(await claimOne(ids[1])).toBeUndefined();
  });
});
