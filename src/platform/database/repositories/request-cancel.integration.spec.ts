import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failed, RETENTION_DAYS, RowWork } from '../../../../test/support/row-work.js';

const work = RowWork.forThisFile();

describe('cancelRequest()', () => {
  it('cancelRequest() cancels unfinished images, keeps finished images, and inserts one delivery', async () => {
    const { id, images: ids } = await work.rows.request(9);
    await work.end(await work.claim(ids.slice(0, 2)));
    await work.end(await work.claim(ids.slice(2, 3)), failed);
    const runningImages = await work.claim(ids.slice(3, 5));
    await work.images.queueFairBatch(2, 60);

    expect(await work.transitions.cancelRequest(id)).toBe('changed');
    expect(
      await work.images.renewLeases(
        runningImages.map(({ lease }) => lease),
        15,
      ),
    ).toEqual([]);
    await work.finishOperation(id);
    expect(await work.statuses(id)).toEqual({ completed: 2, failed: 1, cancelled: 6 });
    expect(await work.counters(id)).toEqual(await work.tally(id));
    const request = await work.rows.find(id);
    expect(request).toMatchObject({ status: 'cancelled', completedAt: expect.any(Date) });
    expect(request.expiresAt!.getTime() - request.completedAt!.getTime()).toBe(
      RETENTION_DAYS * 86_400_000,
    );
    const [delivery, ...others] = await work.rows.deliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(delivery.payload)).toMatchObject({
      type: 'request.cancelled',
      status: 'cancelled',
      output_csv: `http://localhost:3000/download/${id}`,
      data: { images: 9, completed: 2, failed: 1, cancelled: 6 },
    });
  });

  it('cancelRequest() discards outcomes that workers record afterwards', async () => {
    const { id, images: ids } = await work.rows.request(4);
    const runningImages = await work.claim(ids);
    await work.transitions.cancelRequest(id);
    expect(await work.end(runningImages)).toEqual({ imageIds: [], finishedRequests: [] });
    await work.images.postponeImages(
      runningImages.map((image) => ({ ...image, delayMs: 0, isCounted: true })),
    );
    await work.finishOperation(id);
    expect(await work.statuses(id)).toEqual({ cancelled: 4 });
    expect(await work.counters(id)).toEqual(await work.tally(id));
  });

  it('cancelRequest() prevents claims, dispatches and outcomes before its bulk operation completes', async () => {
    const { id, images: ids } = await work.rows.request(6);
    const [runningImage] = await work.claim(ids.slice(0, 1));
    // Simulates a claim during the cancellation, after the batch has skipped the image.
    await work.transitions.cancelRequest(id);
    await work.rows.dataSource.query(
      `UPDATE images SET status = 'processing', lease = $2, lease_until = now() + interval '1 h' WHERE id = $1`,
      [runningImage.id, runningImage.lease],
    );
    expect((await work.end([runningImage])).imageIds).toEqual([]);
    expect(await work.claim(ids)).toEqual([]);
    expect(await work.images.queueFairBatch(10, 60)).toEqual([]);
    await work.finishOperation(id);
    expect(await work.statuses(id)).toEqual({ cancelled: 6 });
  });

  it('cancelRequest() takes effect only once, and never for a finished or unknown request', async () => {
    const { id } = await work.rows.request(2);
    const results = await Promise.all(
      Array.from({ length: 5 }, () => work.transitions.cancelRequest(id)),
    );
    expect(results.toSorted()).toEqual([...Array<string>(4).fill('alreadyCanceled'), 'changed']);
    expect(await work.events(id)).toEqual(['request.cancelled']);

    const finished = await work.rows.request(1);
    await work.end(await work.claim(finished.images));
    expect(await work.transitions.cancelRequest(finished.id)).toBe('finished');
    expect(await work.transitions.cancelRequest(randomUUID())).toBe('unknown');
  });

  it('cancelRequest() creates only one delivery if the last images finish at the same time', async () => {
    const finalStatuses: string[] = [];
    for (let round = 0; round < 30; round++) {
      const { id, images: ids } = await work.rows.request(6);
      const claimedImages = await work.claim(ids);
      await Promise.all([
        ...claimedImages.map((image) => work.end([image])),
        work.transitions.cancelRequest(id),
        work.images.requeueExpiredImages(),
      ]);
      const { status } = await work.rows.find(id);
      finalStatuses.push(status);
      if (status === 'cancelled') await work.finishOperation(id);
      expect(await work.counters(id)).toEqual(await work.tally(id));
      expect(await work.events(id)).toEqual([`request.${status}`]);
    }
    expect(finalStatuses.every((status) => ['completed', 'cancelled'].includes(status))).toBe(true);
  });

  it('cancelRequest() does not deadlock with claims of new images', async () => {
    for (let round = 0; round < 8; round++) {
      const { id, images: ids } = await work.rows.request(40);
      await work.images.queueFairBatch(40, 60);
      const claims = Promise.all(ids.map((imageId) => work.claim([imageId])));
      await Promise.all([
        claims,
        work.transitions.cancelRequest(id),
        work.operations.advanceOperation(7, id),
      ]);
      await work.finishOperation(id);
      expect(await work.statuses(id)).toEqual({ cancelled: 40 });
    }
  });
});
