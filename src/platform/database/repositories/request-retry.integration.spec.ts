import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failed, RowWork } from '../../../../test/support/row-work.js';

const work = RowWork.forThisFile();

describe('retryRequest()', () => {
  it('retryRequest() resets failed images and their attempts, and inserts a new delivery', async () => {
    const { id, images: ids } = await work.rows.request(7);
    await work.end(await work.claim(ids.slice(0, 2)));
    await work.end(await work.claim(ids.slice(2)), failed);
    const [firstDelivery] = await work.rows.deliveries(id);

    expect(await work.transitions.retryRequest(id)).toBe('changed');
    expect(await work.rows.find(id)).toMatchObject({
      status: 'pending',
      imagesCompleted: 2,
      imagesFailed: 0,
      completedAt: null,
      expiresAt: null,
      retriedAt: expect.any(Date),
      imagesKept: 2,
    });
    await work.finishOperation(id);
    expect(await work.statuses(id)).toEqual({ completed: 2, pending: 5 });
    expect(await work.rows.image(ids[3])).toMatchObject({
      attempts: 0,
      errorCode: null,
      errorMessage: null,
      finishedAt: null,
    });

    await work.images.queueFairBatch(10, 60);
    const retried = await work.claim(ids);
    expect(retried).toHaveLength(5);
    await work.end(retried.slice(0, 4));
    await work.end(retried.slice(4), failed);
    expect(await work.counters(id)).toEqual(await work.tally(id));
    expect(await work.rows.find(id)).toMatchObject({ status: 'completed', imagesCompleted: 6 });
    const [, secondDelivery, ...others] = await work.rows.deliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(secondDelivery.payload)).toMatchObject({ data: { completed: 6, failed: 1 } });
    expect(secondDelivery).not.toMatchObject({
      id: (firstDelivery as unknown as { id: string }).id,
    });
  });

  it('retryRequest() counts an image only once if it fails again before the bulk operation completes', async () => {
    const { id, images: ids } = await work.rows.request(6);
    await work.end(await work.claim(ids), failed);
    await work.transitions.retryRequest(id);
    await work.operations.advanceOperation(2, id);
    await work.end(await work.claim(ids), failed);
    await work.finishOperation(id);
    expect(await work.statuses(id)).toEqual({ failed: 2, pending: 4 });
    await work.end(await work.claim(ids), failed);
    expect(await work.counters(id)).toEqual(await work.tally(id));
    expect(await work.rows.find(id)).toMatchObject({ status: 'failed', imagesFailed: 6 });
  });

  it('retryRequest() resets duplicates together with their first image, even in a later batch', async () => {
    const { id, images: ids } = await work.rows.request(9);
    await work.rows.dataSource.query(
      'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1 AND row_number > 4',
      [ids[0], id],
    );
    await work.end(await work.claim(ids), failed);
    await work.transitions.retryRequest(id);
    await work.operations.advanceOperation(1, id);
    // The first image finishes again before the bulk operation reaches its duplicates.
    await work.end(await work.claim(ids.slice(0, 1)));
    await work.finishOperation(id);
    await work.end(await work.claim(ids), failed);
    expect(await work.statuses(id)).toEqual({ completed: 6, failed: 3 });
    expect(await work.counters(id)).toEqual(await work.tally(id));
    expect(await work.events(id)).toEqual(['request.failed', 'request.completed']);
  });

  it('retryRequest() resumes canceled images', async () => {
    const { id, images: ids } = await work.rows.request(5);
    await work.end(await work.claim(ids.slice(0, 1)));
    await work.end(await work.claim(ids.slice(1, 2)), failed);
    await work.transitions.cancelRequest(id);
    expect(await work.transitions.retryRequest(id)).toBe('busy');
    await work.finishOperation(id);
    expect(await work.transitions.retryRequest(id)).toBe('changed');
    expect(await work.transitions.cancelRequest(id)).toBe('busy');
    await work.finishOperation(id);
    await work.end(await work.claim(ids));
    expect(await work.counters(id)).toEqual(await work.tally(id));
    expect(await work.events(id)).toEqual(['request.cancelled', 'request.completed']);
  });

  it('retryRequest() rejects a running request, and a request without failed images', async () => {
    const { id, images: ids } = await work.rows.request(1);
    expect(await work.transitions.retryRequest(id)).toBe('running');
    await work.end(await work.claim(ids));
    expect(await work.transitions.retryRequest(id)).toBe('nothingToRetry');
    expect(await work.transitions.retryRequest(randomUUID())).toBe('unknown');
  });

  it('retryRequest() takes effect only once for simultaneous calls', async () => {
    const { id, images: ids } = await work.rows.request(3);
    await work.end(await work.claim(ids), failed);
    const results = await Promise.all(
      Array.from({ length: 6 }, () => work.transitions.retryRequest(id)),
    );
    expect(results.filter((result) => result === 'changed')).toHaveLength(1);
  });
});
