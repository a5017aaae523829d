import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  FAILED_RESULT,
  RETENTION_DAYS,
  ProcessingFixture,
} from '../../../../test/support/processing-fixture.js';

const work = ProcessingFixture.forThisFile();

describe('RequestTransitionsRepository.cancelRequest()', () => {
  it('RequestTransitionsRepository.cancelRequest() cancels unfinished images, keeps finished images, and inserts one delivery', async () => {
    const { id, images: ids } = await work.rows.insertRequest(9);
    await work.recordResult(await work.claimImages(ids.slice(0, 2)));
    await work.recordResult(await work.claimImages(ids.slice(2, 3)), FAILED_RESULT);
    const runningImages = await work.claimImages(ids.slice(3, 5));
    await work.images.queueFairBatch(2, 60);

    expect(await work.transitions.cancelRequest(id)).toBe('changed');
    expect(
      await work.images.renewLeases(
        runningImages.map(({ lease }) => lease),
        15,
      ),
    ).toEqual([]);
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ completed: 2, failed: 1, cancelled: 6 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    const request = await work.rows.findRequest(id);
    expect(request).toMatchObject({ status: 'cancelled', completedAt: expect.any(Date) });
    expect(request.expiresAt!.getTime() - request.completedAt!.getTime()).toBe(
      RETENTION_DAYS * 86_400_000,
    );
    const [delivery, ...others] = await work.rows.findDeliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(delivery.payload)).toMatchObject({
      type: 'request.cancelled',
      status: 'cancelled',
      output_csv: `http://localhost:3000/download/${id}`,
      data: { images: 9, completed: 2, failed: 1, cancelled: 6 },
    });
  });

  it('RequestTransitionsRepository.cancelRequest() discards outcomes that workers record afterwards', async () => {
    const { id, images: ids } = await work.rows.insertRequest(4);
    const runningImages = await work.claimImages(ids);
    await work.transitions.cancelRequest(id);
    expect(await work.recordResult(runningImages)).toEqual({ imageIds: [], finishedRequests: [] });
    await work.images.postponeImages(
      runningImages.map((image) => ({ ...image, delayMs: 0, isCounted: true })),
    );
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ cancelled: 4 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
  });

  it('RequestTransitionsRepository.cancelRequest() prevents claims, dispatches and outcomes before its bulk operation completes', async () => {
    const { id, images: ids } = await work.rows.insertRequest(6);
    const [runningImage] = await work.claimImages(ids.slice(0, 1));
    // Simulates a claim during the cancellation, after the batch has skipped the image.
    await work.transitions.cancelRequest(id);
    await work.rows.dataSource.query(
      `UPDATE images SET status = 'processing', lease = $2, lease_until = now() + interval '1 h' WHERE id = $1`,
      [runningImage.id, runningImage.lease],
    );
    expect((await work.recordResult([runningImage])).imageIds).toEqual([]);
    expect(await work.claimImages(ids)).toEqual([]);
    expect(await work.images.queueFairBatch(10, 60)).toEqual([]);
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ cancelled: 6 });
  });

  it('RequestTransitionsRepository.cancelRequest() takes effect only once, and never for a finished or unknown request', async () => {
    const { id } = await work.rows.insertRequest(2);
    const results = await Promise.all(
      Array.from({ length: 5 }, () => work.transitions.cancelRequest(id)),
    );
    expect(results.toSorted()).toEqual([...Array<string>(4).fill('alreadyCanceled'), 'changed']);
    expect(await work.listEventTypes(id)).toEqual(['request.cancelled']);

    const finishedRequest = await work.rows.insertRequest(1);
    await work.recordResult(await work.claimImages(finishedRequest.images));
    expect(await work.transitions.cancelRequest(finishedRequest.id)).toBe('finished');
    expect(await work.transitions.cancelRequest(randomUUID())).toBe('unknown');
  });

  it('RequestTransitionsRepository.cancelRequest() creates only one delivery if the last images finish at the same time', async () => {
    const finalStatuses: string[] = [];
    for (let round = 0; round < 30; round++) {
      const { id, images: ids } = await work.rows.insertRequest(6);
      const claimedImages = await work.claimImages(ids);
      await Promise.all([
        ...claimedImages.map((image) => work.recordResult([image])),
        work.transitions.cancelRequest(id),
        work.images.requeueExpiredImages(),
      ]);
      const { status } = await work.rows.findRequest(id);
      finalStatuses.push(status);
      if (status === 'cancelled') await work.finishOperation(id);
      expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
      expect(await work.listEventTypes(id)).toEqual([`request.${status}`]);
    }
    expect(finalStatuses.every((status) => ['completed', 'cancelled'].includes(status))).toBe(true);
  });

  it('RequestTransitionsRepository.cancelRequest() does not deadlock with claims of new images', async () => {
    for (let round = 0; round < 8; round++) {
      const { id, images: ids } = await work.rows.insertRequest(40);
      await work.images.queueFairBatch(40, 60);
      const claims = Promise.all(ids.map((imageId) => work.claimImages([imageId])));
      await Promise.all([
        claims,
        work.transitions.cancelRequest(id),
        work.operations.advanceOperation(7, id),
      ]);
      await work.finishOperation(id);
      expect(await work.countByStatus(id)).toEqual({ cancelled: 40 });
    }
  });
});
