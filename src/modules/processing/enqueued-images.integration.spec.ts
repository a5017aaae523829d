import Bull, { type Queue } from 'bull';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisInstance } from '../../../test/support/redis-instance.js';
import { TestRows } from '../../../test/support/rows.js';
import { type DueImage, ImagesRepository } from '../../platform/database/repositories/images.js';
import { JobQueues } from '../../platform/queues/job-queues.js';
import type { DeliveryJob, ImageJob } from '../../platform/queues/jobs.js';
import { EnqueuedImages } from './enqueued-images.js';

/** Bull requires these settings. */
const BLOCKING = { maxRetriesPerRequest: null, enableReadyCheck: false };

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
      const client = new Redis(redis.url(), BLOCKING);
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

  /** Marks images as queued and enqueues them. */
  const enqueue = async (count: number) => {
    await rows.insertRequest(count);
    const batch = await images.queueFairBatch(count, 60);
    await queues.enqueueImages(batch.map(jobOf));
    return batch;
  };
  const jobOf = ({ id, requestId, dispatch }: DueImage) => ({
    imageId: id,
    requestId,
    dispatch,
    priority: 1,
  });
  /** Ends the time after which an image is enqueued again. */
  const endWait = () => rows.dataSource.query(`UPDATE images SET lease_until = now()`);
  const requeue = () => new EnqueuedImages(images, queues).requeueExpired();

  it('EnqueuedImages does not enqueue an image again while its job waits or runs in Redis', async () => {
    const batch = await enqueue(3);
    await imageQueue.getNextJob();
    expect(await queues.openImageJobs()).toEqual({ waiting: 2, active: 1 });
    await endWait();
    expect(await requeue()).toBe(0);
    expect(await images.queueFairBatch(batch.length, 60)).toEqual([]);
  });

  it('EnqueuedImages enqueues an image again when Redis has lost its job', async () => {
    const [lost] = await enqueue(3);
    await (await imageQueue.getJob(`${lost.id}-${lost.dispatch}`))?.remove();
    await endWait();
    expect(await requeue()).toBe(1);
    const [again] = await images.queueFairBatch(3, 60);
    expect(again).toMatchObject({ id: lost.id, dispatch: lost.dispatch + 1 });
  });

  it('EnqueuedImages enqueues an image again when Redis has evicted the data of its job', async () => {
    const [evicted] = await enqueue(2);
    await redis.sendCommand('DEL', imageQueue.toKey(`${evicted.id}-${evicted.dispatch}`));
    await endWait();
    expect(await requeue()).toBe(1);
  });

  it('EnqueuedImages ignores a job from an earlier dispatch', async () => {
    const [image] = await enqueue(1);
    await images.revertEnqueue([image.id]);
    await images.queueFairBatch(1, 60);
    await endWait();
    expect(await requeue()).toBe(1);
  });

  it('EnqueuedImages reads the queue only when an image is about to be enqueued again', async () => {
    await enqueue(1);
    const readQueue = vi.spyOn(queues, 'findEnqueued');
    expect(await requeue()).toBe(0);
    expect(readQueue).not.toHaveBeenCalled();
    await endWait();
    expect(await requeue()).toBe(0);
    expect(readQueue).toHaveBeenCalledOnce();
  });

  it('EnqueuedImages enqueues images again while Redis is unavailable', async () => {
    await enqueue(1);
    await endWait();
    for (const client of clients) client.disconnect();
    expect(await requeue()).toBe(1);
  });
});
