import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { workerRow } from '../../../../test/support/worker-row.js';
import type { OriginState } from '../entities/worker.entity.js';
import { OwnerUsageRepository } from './owner-usage.js';
import { WaitingWorkRepository } from './waiting-work.js';
import { WorkersRepository } from './workers.js';

describe('The repositories of the operator page', () => {
  let rows: TestRows;
  let waiting: WaitingWorkRepository;
  let workers: WorkersRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    waiting = new WaitingWorkRepository(rows.dataSource);
    workers = new WorkersRepository(rows.dataSource);
  });
  afterAll(() => rows.close());
  beforeEach(() =>
    rows.dataSource.query(
      'TRUNCATE images, processing_requests, due_requests, workers, owner_usage',
    ),
  );

  const process = (instance: string, fields: Parameters<typeof workerRow>[0] = {}) =>
    workers.renew(workerRow({ instance, ...fields }));
  const set = (ids: string[], change: string) =>
    rows.dataSource.query(`UPDATE images SET ${change} WHERE id = ANY($1)`, [ids]);

  it('The repositories of the operator page list owners by the age of their oldest open request, page by page', async () => {
    const old = new Date(Date.now() - 600_000);
    await rows.insertRequest(2, { owner: 'new' });
    const busy = await rows.insertRequest(5, { owner: 'old', createdAt: old });
    await rows.insertRequest(9, { owner: 'old', status: 'completed', imagesCompleted: 9 });
    await set(busy.images.slice(0, 2), `status = 'processing', lease_until = now()`);
    const [first, second] = await waiting.listOwnerQueues(2);
    expect(first).toMatchObject({ owner: 'old', requests: 1, images: '5', in_progress: 2 });
    expect(second).toMatchObject({ owner: 'new', requests: 1, images: '2', in_progress: 0 });
    const after = { oldest: first.oldest_text, owner: first.owner };
    expect((await waiting.listOwnerQueues(2, after)).map(({ owner }) => owner)).toEqual(['new']);
  });

  it('The repositories of the operator page list slow images of running processes, and images of crashed processes', async () => {
    const { images } = await rows.insertRequest(4);
    const [slow, quick, vanished, renewed] = images;
    const instance = randomUUID();
    await set(images, `status = 'processing', lease_until = now() + interval '15 s'`);
    await set([vanished], `lease_until = now() - interval '1 hour'`);
    await set([renewed], `lease_until = now() - interval '5 s'`);
    const active = (image_id: string, seconds: number) => ({
      image_id,
      since: new Date(Date.now() - seconds * 1000).toISOString(),
    });
    await process(instance, { oldestImages: [active(slow, 200), active(quick, 10)] });
    await process(randomUUID(), { oldestImages: [active(renewed, 500)] });
    await rows.dataSource.query(
      `UPDATE workers SET seen_at = now() - interval '1 min' WHERE instance <> $1`,
      [instance],
    );
    const stuck = await waiting.listStuckImages(90, 10);
    expect(
      stuck.map(({ image_id, instance, hostname, pid }) => [image_id, instance, hostname, pid]),
    ).toEqual([
      [vanished, null, null, null],
      [slow, instance, 'worker-1', 1],
    ]);
    const after = { since: stuck[0].since_text, imageId: stuck[0].image_id };
    expect(await waiting.listStuckImages(90, 10, after)).toHaveLength(1);
  });

  it('The repositories of the operator page count the pending images of a request by host and state', async () => {
    const { images, id } = await rows.insertRequest(4);
    await set(images.slice(0, 2), `input_url = 'https://user:pw@Shop.Example:8443/a.jpg?b'`);
    await set([images[1]], `not_before = 'infinity'`);
    await set([images[2]], `not_before = now() + interval '1 min'`);
    const counted = await waiting.countWaitingByHost(id);
    expect(counted.map(({ host, state, images }) => [host, state, images])).toEqual([
      ['localhost', 'delayed', 1],
      ['localhost', 'due', 1],
      ['shop.example:8443', 'due', 1],
      ['shop.example:8443', 'parked', 1],
    ]);
    expect(await waiting.countPendingByHost()).toEqual([
      { host: 'localhost', images: 2, read: 4 },
      { host: 'shop.example:8443', images: 2, read: 4 },
    ]);
  });

  it('The repositories of the operator page sum the open work of the owner and of other owners, excluding the request itself', async () => {
    const { id } = await rows.insertRequest(3, { owner: 'shop' });
    await rows.insertRequest(4, { owner: 'shop' });
    await rows.insertRequest(5, { owner: 'desk' });
    expect(await waiting.openWork('shop', id)).toEqual({
      own_requests: 1,
      own_images: '4',
      other_owners: 1,
      other_images: '5',
    });
  });

  it('The repositories of the operator page list only processes with a recent heartbeat, and remove ended processes', async () => {
    const [alive, ended] = [randomUUID(), randomUUID()];
    await process(alive);
    await process(ended);
    await rows.dataSource.query(
      `UPDATE workers SET seen_at = now() - interval '30 s' WHERE instance = $1`,
      [ended],
    );
    expect((await workers.listRunning(10)).map(({ instance }) => instance)).toEqual([alive]);
    await process(ended);
    expect(await workers.listRunning(10)).toHaveLength(2);
    await workers.remove(ended);
    expect(await workers.listRunning(10)).toHaveLength(1);
  });

  it('The repositories of the operator page sum the host figures of running processes, and keep the longest pause', async () => {
    const state = (host: string, fields: Partial<OriginState> = {}): OriginState => ({
      host,
      running: 2,
      concurrency: 8,
      requests_per_minute: null,
      breaker: 'closed',
      paused_until: null,
      reason: null,
      ...fields,
    });
    const until = (minute: string) => `2026-01-31T09:${minute}:00Z`;
    const limit = { requests_per_minute: 30 };
    const many = Array.from({ length: 1200 }, (_, i) => state(`a${i}.example`, { running: 0 }));
    await process(randomUUID(), {
      origins: [
        state('z.example', { ...limit, paused_until: until('00'), reason: 'short' }),
        ...many,
      ],
    });
    await process(randomUUID(), {
      origins: [
        state('z.example', {
          ...limit,
          breaker: 'open',
          paused_until: until('05'),
          reason: 'long',
        }),
        state('b.example'),
      ],
    });
    await process(randomUUID(), {
      origins: [state('z.example', { paused_until: until('01'), reason: 'other' })],
    });
    const [first, second] = await workers.listOriginStates();
    expect(first).toEqual({
      host: 'z.example',
      running: 6,
      concurrency: 24,
      requests_per_minute: 60,
      breaker: 'open',
      paused_until: new Date(until('05')),
      reason: 'long',
    });
    expect(second).toMatchObject({ host: 'b.example', running: 2, reason: null });
  });

  it('The repositories of the operator page sum the usage of an owner by day, even when two processes write it', async () => {
    const usage = new OwnerUsageRepository(rows.dataSource);
    const cost = {
      images_completed: '2',
      images_failed: '1',
      bytes_in: '100',
      bytes_out: '40',
      compression_ms: '12',
    };
    const both = [
      { owner: 'a', ...cost },
      { owner: 'b', ...cost },
    ];
    await Promise.all([usage.add(both), usage.add(both.toReversed())]);
    await rows.dataSource.query(`UPDATE owner_usage SET day = day - 7 WHERE owner = 'b'`);
    expect(await usage.sumByOwner(7, 10)).toMatchObject([
      { owner: 'a', images_completed: '4', compression_ms: '24' },
    ]);
    expect(await usage.sumByOwner(8, 10, 'a')).toMatchObject([{ owner: 'b', bytes_in: '200' }]);
  });
});
