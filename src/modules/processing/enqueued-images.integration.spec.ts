import Bull, { type Queue } from 'bull';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisInstance } from '../../../test/support/redis-instance.js';
import { TestRows } from '../../../test/support/rows.js';
import { type DueImage, ImagesRepository } from '../../platform/database/repositories/images.js';
import { JobQueues } from '../../platform/queues/job-queues.js';
import type { DeliveryJob, ImageJob } from '../../platform/queues/jobs.js';
import { EnqueuedImages } from './enqueued-images.js';

/** Bull requires these connection settings. */
const BULL_CONNECTION = { maxRetriesPerRequest: null, enableReadyCheck: false };

describe('EnqueuedImages', () => {
  let redis: RedisInstance;
  let rows: TestRows;
  let images: ImagesRepository;
  let imageQueue: Queue<ImageJob>;
  let webhookQueue: Queue<DeliveryJob>;
  let queues: JobQueues;
  const clients: Redis[] = [];

  beforeAll(async () => {
    [redis, rows] = await Promise.all([RedisInstance.start(), TestRows.open()]);
    images = new ImagesRepository(rows.dataSource);
  });
  afterAll(async () => {
    await Promise.all([redis.stop(), rows.close()]);
  });
  beforeEach(async () => {
    await rows.dataSource.query('TRUNCATE images, processing_requests, due_requests');
    const createClient = () => {
      const client = new Redis(redis.url(), BULL_CONNECTION);
      clients.push(client);
      return client;
    };
    imageQueue = new Bull('images', { createClient });
    webhookQueue = new Bull('webhooks', { createClient });
    queues = new JobQueues(imageQueue, webhookQueue);
  });
  afterEach(async () => {
    await Promise.all([imageQueue.close(), webhookQueue.close()]);
    for (const client of clients.splice(0)) client.disconnect();
    await redis.sendCommand('FLUSHALL');
  });

  /** Creates images, marks them as queued and enqueues them. */
  const enqueueNewImages = async (count: number) => {
    await rows.insertRequest(count);
    const batch = await images.queueFairBatch(count, 60);
    await queues.enqueueImages(batch.map(toJob));
    return batch;
  };
  const toJob = ({ id, requestId, dispatch }: DueImage) => ({
    imageId: id,
    requestId,
    dispatch,
    priority: 1,
  });
  /** Expires all dispatches, so their images may be enqueued again. */
  const expireDispatches = () => rows.dataSource.query(`UPDATE images SET lease_until = now()`);
  const requeueExpired = () => new EnqueuedImages(images, queues).requeueExpired();

  it('EnqueuedImages keeps an image queued while its job is waiting or running in Redis', async () => {
    const batch = await enqueueNewImages(3);
    await imageQueue.getNextJob();
    expect(await queues.countOpenImageJobs()).toEqual({ waiting: 2, active: 1 });
    await expireDispatches();
    expect(await requeueExpired()).toBe(0);
    expect(await images.queueFairBatch(batch.length, 60)).toEqual([]);
  });

  it('EnqueuedImages marks an image as pending when Redis has lost its job', async () => {
    const [lostImage] = await enqueueNewImages(3);
    await (await imageQueue.getJob(`${lostImage.id}-${lostImage.dispatch}`))?.remove();
    await expireDispatches();
    expect(await requeueExpired()).toBe(1);
    const [nextDispatch] = await images.queueFairBatch(3, 60);
    expect(nextDispatch).toMatchObject({ id: lostImage.id, dispatch: lostImage.dispatch + 1 });
  });

  it('EnqueuedImages marks an image as pending when Redis has evicted the data of its job', async () => {
    const [evictedImage] = await enqueueNewImages(2);
    await redis.sendCommand('DEL', imageQueue.toKey(`${evictedImage.id}-${evictedImage.dispatch}`));
    await expireDispatches();
    expect(await requeueExpired()).toBe(1);
  });

  it('EnqueuedImages marks an image as pending when Redis has only a job from an earlier dispatch', async () => {
    const [image] = await enqueueNewImages(1);
    await images.revertEnqueue([image.id]);
    await images.queueFairBatch(1, 60);
    await expireDispatches();
    expect(await requeueExpired()).toBe(1);
  });

  it('EnqueuedImages reads the queue only when the dispatch of an image is about to expire', async () => {
    await enqueueNewImages(1);
    const readQueue = vi.spyOn(queues, 'findEnqueuedImages');
    expect(await requeueExpired()).toBe(0);
    expect(readQueue).not.toHaveBeenCalled();
    await expireDispatches();
    expect(await requeueExpired()).toBe(0);
    expect(readQueue).toHaveBeenCalledOnce();
  });

  it('EnqueuedImages marks expired images as pending while Redis is unavailable', async () => {
    await enqueueNewImages(1);
    await expireDispatches();
    for (const client of clients) client.disconnect();
    expect(await requeueExpired()).toBe(1);
  });
});
