import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FAILED_RESULT, ProcessingFixture } from '../../../../test/support/processing-fixture.js';

const work = ProcessingFixture.forThisFile();

describe('RequestTransitionsRepository.retryRequest()', () => {
  it('RequestTransitionsRepository.retryRequest() resets failed images and their attempts, and inserts a new delivery', async () => {
    const { id, images: ids } = await work.rows.insertRequest(7);
    await work.recordResult(await work.claimImages(ids.slice(0, 2)));
    await work.recordResult(await work.claimImages(ids.slice(2)), FAILED_RESULT);
    const [firstDelivery] = await work.rows.findDeliveries(id);

    expect(await work.transitions.retryRequest(id)).toBe('changed');
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'pending',
      imagesCompleted: 2,
      imagesFailed: 0,
      completedAt: null,
      expiresAt: null,
      retriedAt: expect.any(Date),
      imagesKept: 2,
    });
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ completed: 2, pending: 5 });
    expect(await work.rows.findImage(ids[3])).toMatchObject({
      attempts: 0,
      errorCode: null,
      errorMessage: null,
      finishedAt: null,
    });

    await work.images.queueFairBatch(10, 60);
    const retriedImages = await work.claimImages(ids);
    expect(retriedImages).toHaveLength(5);
    await work.recordResult(retriedImages.slice(0, 4));
    await work.recordResult(retriedImages.slice(4), FAILED_RESULT);
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 6,
    });
    const [, secondDelivery, ...others] = await work.rows.findDeliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(secondDelivery.payload)).toMatchObject({ data: { completed: 6, failed: 1 } });
    expect(secondDelivery).not.toMatchObject({
      id: (firstDelivery as unknown as { id: string }).id,
    });
  });

  it('RequestTransitionsRepository.retryRequest() counts an image only once if it fails again before the bulk operation completes', async () => {
    const { id, images: ids } = await work.rows.insertRequest(6);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    await work.transitions.retryRequest(id);
    await work.operations.advanceOperation(2, id);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ failed: 2, pending: 4 });
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'failed', imagesFailed: 6 });
  });

  it('RequestTransitionsRepository.retryRequest() resets duplicates together with their first image, even in a later batch', async () => {
    const { id, images: ids } = await work.rows.insertRequest(9);
    await work.rows.dataSource.query(
      'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1 AND row_number > 4',
      [ids[0], id],
    );
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    await work.transitions.retryRequest(id);
    await work.operations.advanceOperation(1, id);
    // The first image finishes again before the bulk operation reaches its duplicates.
    await work.recordResult(await work.claimImages(ids.slice(0, 1)));
    await work.finishOperation(id);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    expect(await work.countByStatus(id)).toEqual({ completed: 6, failed: 3 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.listEventTypes(id)).toEqual(['request.failed', 'request.completed']);
  });

  it('RequestTransitionsRepository.retryRequest() resumes canceled images', async () => {
    const { id, images: ids } = await work.rows.insertRequest(5);
    await work.recordResult(await work.claimImages(ids.slice(0, 1)));
    await work.recordResult(await work.claimImages(ids.slice(1, 2)), FAILED_RESULT);
    await work.transitions.cancelRequest(id);
    expect(await work.transitions.retryRequest(id)).toBe('busy');
    await work.finishOperation(id);
    expect(await work.transitions.retryRequest(id)).toBe('changed');
    expect(await work.transitions.cancelRequest(id)).toBe('busy');
    await work.finishOperation(id);
    await work.recordResult(await work.claimImages(ids));
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.listEventTypes(id)).toEqual(['request.cancelled', 'request.completed']);
  });

  it('RequestTransitionsRepository.retryRequest() rejects a running request, and a request without failed images', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1);
    expect(await work.transitions.retryRequest(id)).toBe('running');
    await work.recordResult(await work.claimImages(ids));
    expect(await work.transitions.retryRequest(id)).toBe('nothingToRetry');
    expect(await work.transitions.retryRequest(randomUUID())).toBe('unknown');
  });

  it('RequestTransitionsRepository.retryRequest() takes effect only once for simultaneous calls', async () => {
    const { id, images: ids } = await work.rows.insertRequest(3);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    const results = await Promise.all(
      Array.from({ length: 6 }, () => work.transitions.retryRequest(id)),
    );
    expect(results.filter((result) => result === 'changed')).toHaveLength(1);
  });
});
