import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FAILED_RESULT, ProcessingFixture } from '../../../../test/support/processing-fixture.js';

const work = ProcessingFixture.forThisFile();

describe('A retry', () => {
  it('A retry resets failed images and their attempts, and inserts a new delivery', async () => {
    const { id, images: ids } = await work.rows.insertRequest(7);
    await work.recordResult(await work.claimImages(ids.slice(0, 2)));
    await work.recordResult(await work.claimImages(ids.slice(2)), FAILED_RESULT);
    const [first] = await work.rows.findDeliveries(id);

    expect(await work.transitions.retry(id)).toBe('moved');
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
    const again = await work.claimImages(ids);
    expect(again).toHaveLength(5);
    await work.recordResult(again.slice(0, 4));
    await work.recordResult(again.slice(4), FAILED_RESULT);
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 6,
    });
    const [, second, ...others] = await work.rows.findDeliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(second.payload)).toMatchObject({ data: { completed: 6, failed: 1 } });
    expect(second).not.toMatchObject({ id: (first as unknown as { id: string }).id });
  });

  it('A retry counts an image only once if it fails again before the bulk operation completes', async () => {
    const { id, images: ids } = await work.rows.insertRequest(6);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    await work.transitions.retry(id);
    await work.operations.advanceOperation(2, id);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ failed: 2, pending: 4 });
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'failed', imagesFailed: 6 });
  });

  it('A retry resets duplicates with their first image in any batch', async () => {
    const { id, images: ids } = await work.rows.insertRequest(9);
    await work.rows.dataSource.query(
      'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1 AND row_number > 4',
      [ids[0], id],
    );
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    await work.transitions.retry(id);
    await work.operations.advanceOperation(1, id);
    // The first one ends again before the bulk operation reaches its duplicates.
    await work.recordResult(await work.claimImages(ids.slice(0, 1)));
    await work.finishOperation(id);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    expect(await work.countByStatus(id)).toEqual({ completed: 6, failed: 3 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.listEventTypes(id)).toEqual(['request.failed', 'request.completed']);
  });

  it('A retry resumes canceled images', async () => {
    const { id, images: ids } = await work.rows.insertRequest(5);
    await work.recordResult(await work.claimImages(ids.slice(0, 1)));
    await work.recordResult(await work.claimImages(ids.slice(1, 2)), FAILED_RESULT);
    await work.transitions.cancel(id);
    expect(await work.transitions.retry(id)).toBe('busy');
    await work.finishOperation(id);
    expect(await work.transitions.retry(id)).toBe('moved');
    expect(await work.transitions.cancel(id)).toBe('busy');
    await work.finishOperation(id);
    await work.recordResult(await work.claimImages(ids));
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.listEventTypes(id)).toEqual(['request.cancelled', 'request.completed']);
  });

  it('A retry of a running request or of a request without failed images is rejected', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1);
    expect(await work.transitions.retry(id)).toBe('open');
    await work.recordResult(await work.claimImages(ids));
    expect(await work.transitions.retry(id)).toBe('nothing');
    expect(await work.transitions.retry(randomUUID())).toBe('unknown');
  });

  it('A retry takes effect once for simultaneous calls', async () => {
    const { id, images: ids } = await work.rows.insertRequest(3);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    const answers = await Promise.all(Array.from({ length: 6 }, () => work.transitions.retry(id)));
    expect(answers.filter((move) => move === 'moved')).toHaveLength(1);
  });
});
