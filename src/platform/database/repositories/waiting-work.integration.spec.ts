import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { createWorkerRow } from '../../../../test/support/worker-row.js';
import type { OriginState } from '../entities/worker.entity.js';
import { OwnerUsageRepository } from './owner-usage.js';
import { WaitingWorkRepository } from './waiting-work.js';
import { WorkersRepository } from './workers.js';

describe('Repositories for the operator page', () => {
  let rows: TestRows;
  let waitingWork: WaitingWorkRepository;
  let workers: WorkersRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    waitingWork = new WaitingWorkRepository(rows.dataSource);
    workers = new WorkersRepository(rows.dataSource);
  });
  afterAll(() => rows.close());
  beforeEach(() =>
    rows.dataSource.query(
      'TRUNCATE images, processing_requests, due_requests, workers, owner_usage',
    ),
  );

  const registerProcess = (instance: string, fields: Parameters<typeof createWorkerRow>[0] = {}) =>
    workers.renewWorker(createWorkerRow({ instance, ...fields }));
  const updateImages = (ids: string[], assignments: string) =>
    rows.dataSource.query(`UPDATE images SET ${assignments} WHERE id = ANY($1)`, [ids]);

  it('WaitingWorkRepository.listOwnerQueues() returns pages of owners, ordered by their oldest unfinished request', async () => {
    const tenMinutesAgo = new Date(Date.now() - 600_000);
    await rows.insertRequest(2, { owner: 'new' });
    const busyRequest = await rows.insertRequest(5, { owner: 'old', createdAt: tenMinutesAgo });
    await rows.insertRequest(9, { owner: 'old', status: 'completed', imagesCompleted: 9 });
    await updateImages(
      busyRequest.images.slice(0, 2),
      `status = 'processing', lease_until = now()`,
    );
    const [firstQueue, secondQueue] = await waitingWork.listOwnerQueues(2);
    expect(firstQueue).toMatchObject({ owner: 'old', requests: 1, images: '5', in_progress: 2 });
    expect(secondQueue).toMatchObject({ owner: 'new', requests: 1, images: '2', in_progress: 0 });
    const cursor = { oldest: firstQueue.oldest_text, owner: firstQueue.owner };
    expect((await waitingWork.listOwnerQueues(2, cursor)).map(({ owner }) => owner)).toEqual([
      'new',
    ]);
  });

  it('WaitingWorkRepository.listStuckImages() lists slow images of running processes and images of crashed processes', async () => {
    const { images } = await rows.insertRequest(4);
    const [slowId, quickId, abandonedId, renewedId] = images;
    const instance = randomUUID();
    await updateImages(images, `status = 'processing', lease_until = now() + interval '15 s'`);
    await updateImages([abandonedId], `lease_until = now() - interval '1 hour'`);
    await updateImages([renewedId], `lease_until = now() - interval '5 s'`);
    const toActiveImage = (image_id: string, seconds: number) => ({
      image_id,
      since: new Date(Date.now() - seconds * 1000).toISOString(),
    });
    await registerProcess(instance, {
      oldestImages: [toActiveImage(slowId, 200), toActiveImage(quickId, 10)],
    });
    await registerProcess(randomUUID(), { oldestImages: [toActiveImage(renewedId, 500)] });
    await rows.dataSource.query(
      `UPDATE workers SET seen_at = now() - interval '1 min' WHERE instance <> $1`,
      [instance],
    );
    const stuckImages = await waitingWork.listStuckImages(90, 10);
    expect(
      stuckImages.map(({ image_id, instance, hostname, pid }) => [
        image_id,
        instance,
        hostname,
        pid,
      ]),
    ).toEqual([
      [abandonedId, null, null, null],
      [slowId, instance, 'worker-1', 1],
    ]);
    const cursor = { since: stuckImages[0].since_text, imageId: stuckImages[0].image_id };
    expect(await waitingWork.listStuckImages(90, 10, cursor)).toHaveLength(1);
  });

  it('WaitingWorkRepository.countWaitingByHost() counts the pending images of a request by host and state', async () => {
    const { images, id } = await rows.insertRequest(4);
    await updateImages(
      images.slice(0, 2),
      `input_url = 'https://user:pw@Shop.Example:8443/a.jpg?b'`,
    );
    await updateImages([images[1]], `not_before = 'infinity'`);
    await updateImages([images[2]], `not_before = now() + interval '1 min'`);
    const counts = await waitingWork.countWaitingByHost(id);
    expect(counts.map(({ host, state, images }) => [host, state, images])).toEqual([
      ['localhost', 'delayed', 1],
      ['localhost', 'due', 1],
      ['shop.example:8443', 'due', 1],
      ['shop.example:8443', 'parked', 1],
    ]);
    expect(await waitingWork.countPendingByHost()).toEqual([
      { host: 'localhost', images: 2, images_read: 4 },
      { host: 'shop.example:8443', images: 2, images_read: 4 },
    ]);
  });

  it('WaitingWorkRepository.sumOpenWork() returns the unfinished work of the owner and of other owners, excluding the specified request', async () => {
    const { id } = await rows.insertRequest(3, { owner: 'shop' });
    await rows.insertRequest(4, { owner: 'shop' });
    await rows.insertRequest(5, { owner: 'desk' });
    expect(await waitingWork.sumOpenWork('shop', id)).toEqual({
      own_requests: 1,
      own_images: '4',
      other_owners: 1,
      other_images: '5',
    });
  });

  it('WorkersRepository lists only processes with a recent heartbeat, and removes processes', async () => {
    const [runningInstance, staleInstance] = [randomUUID(), randomUUID()];
    await registerProcess(runningInstance);
    await registerProcess(staleInstance);
    await rows.dataSource.query(
      `UPDATE workers SET seen_at = now() - interval '30 s' WHERE instance = $1`,
      [staleInstance],
    );
    expect((await workers.listRunningWorkers(10)).map(({ instance }) => instance)).toEqual([
      runningInstance,
    ]);
    await registerProcess(staleInstance);
    expect(await workers.listRunningWorkers(10)).toHaveLength(2);
    await workers.removeWorker(staleInstance);
    expect(await workers.listRunningWorkers(10)).toHaveLength(1);
  });

  it('WorkersRepository.listOriginStates() sums the host states of running processes and returns the longest pause', async () => {
    const createState = (host: string, fields: Partial<OriginState> = {}): OriginState => ({
      host,
      running: 2,
      concurrency: 8,
      requests_per_minute: null,
      breaker: 'closed',
      paused_until: null,
      reason: null,
      ...fields,
    });
    const toTimestamp = (minute: string) => `2026-01-31T09:${minute}:00Z`;
    const rateLimit = { requests_per_minute: 30 };
    const idleHosts = Array.from({ length: 1200 }, (_, index) =>
      createState(`a${index}.example`, { running: 0 }),
    );
    await registerProcess(randomUUID(), {
      origins: [
        createState('z.example', {
          ...rateLimit,
          paused_until: toTimestamp('00'),
          reason: 'short',
        }),
        ...idleHosts,
      ],
    });
    await registerProcess(randomUUID(), {
      origins: [
        createState('z.example', {
          ...rateLimit,
          breaker: 'open',
          paused_until: toTimestamp('05'),
          reason: 'long',
        }),
        createState('b.example'),
      ],
    });
    await registerProcess(randomUUID(), {
      origins: [createState('z.example', { paused_until: toTimestamp('01'), reason: 'other' })],
    });
    const [firstHost, secondHost] = await workers.listOriginStates();
    expect(firstHost).toEqual({
      host: 'z.example',
      running: 6,
      concurrency: 24,
      requests_per_minute: 60,
      breaker: 'open',
      paused_until: new Date(toTimestamp('05')),
      reason: 'long',
    });
    expect(secondHost).toMatchObject({ host: 'b.example', running: 2, reason: null });
  });

  it('OwnerUsageRepository.sumByOwner() sums the usage of each owner, even if two processes write at the same time', async () => {
    const usage = new OwnerUsageRepository(rows.dataSource);
    const cost = {
      images_completed: '2',
      images_failed: '1',
      bytes_in: '100',
      bytes_out: '40',
      compression_ms: '12',
    };
    const costs = [
      { owner: 'a', ...cost },
      { owner: 'b', ...cost },
    ];
    await Promise.all([usage.addCosts(costs), usage.addCosts(costs.toReversed())]);
    await rows.dataSource.query(`UPDATE owner_usage SET day = day - 7 WHERE owner = 'b'`);
    expect(await usage.sumByOwner(7, 10)).toMatchObject([
      { owner: 'a', images_completed: '4', compression_ms: '24' },
    ]);
    expect(await usage.sumByOwner(8, 10, 'a')).toMatchObject([{ owner: 'b', bytes_in: '200' }]);
  });
});
