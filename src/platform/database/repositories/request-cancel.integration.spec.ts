import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  FAILED_RESULT,
  RETENTION_DAYS,
  ProcessingFixture,
} from '../../../../test/support/processing-fixture.js';

const work = ProcessingFixture.forThisFile();

describe('A cancel', () => {
  it('A cancellation cancels open images, keeps ended ones, and inserts one delivery', async () => {
    const { id, images: ids } = await work.rows.insertRequest(9);
    await work.recordResult(await work.claimImages(ids.slice(0, 2)));
    await work.recordResult(await work.claimImages(ids.slice(2, 3)), FAILED_RESULT);
    const running = await work.claimImages(ids.slice(3, 5));
    await work.images.queueFairBatch(2, 60);

    expect(await work.transitions.cancel(id)).toBe('moved');
    expect(
      await work.images.renewLeases(
        running.map(({ lease }) => lease),
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

  it('A cancellation ignores the outcome of a worker that finishes later', async () => {
    const { id, images: ids } = await work.rows.insertRequest(4);
    const running = await work.claimImages(ids);
    await work.transitions.cancel(id);
    expect(await work.recordResult(running)).toEqual({ imageIds: [], endedRequests: [] });
    await work.images.postpone(running.map((image) => ({ ...image, delayMs: 0, counted: true })));
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ cancelled: 4 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
  });

  it('A cancellation changes no counter and allows no dispatch before its bulk operation completes', async () => {
    const { id, images: ids } = await work.rows.insertRequest(6);
    const [running] = await work.claimImages(ids.slice(0, 1));
    // Simulates a claim during the cancel, after its batch has skipped the image.
    await work.transitions.cancel(id);
    await work.rows.dataSource.query(
      `UPDATE images SET status = 'processing', lease = $2, lease_until = now() + interval '1 h' WHERE id = $1`,
      [running.id, running.lease],
    );
    expect((await work.recordResult([running])).imageIds).toEqual([]);
    expect(await work.claimImages(ids)).toEqual([]);
    expect(await work.images.queueFairBatch(10, 60)).toEqual([]);
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ cancelled: 6 });
  });

  it('A cancellation takes effect once, and never for an ended or unknown request', async () => {
    const { id } = await work.rows.insertRequest(2);
    const answers = await Promise.all(Array.from({ length: 5 }, () => work.transitions.cancel(id)));
    expect(answers.toSorted()).toEqual(['already', 'already', 'already', 'already', 'moved']);
    expect(await work.listEventTypes(id)).toEqual(['request.cancelled']);

    const ended = await work.rows.insertRequest(1);
    await work.recordResult(await work.claimImages(ended.images));
    expect(await work.transitions.cancel(ended.id)).toBe('final');
    expect(await work.transitions.cancel(randomUUID())).toBe('unknown');
  });

  it('A cancellation creates one end event and one delivery when the last image ends at the same time', async () => {
    const ends: string[] = [];
    for (let round = 0; round < 30; round++) {
      const { id, images: ids } = await work.rows.insertRequest(6);
      const claimed = await work.claimImages(ids);
      await Promise.all([
        ...claimed.map((image) => work.recordResult([image])),
        work.transitions.cancel(id),
        work.images.requeueExpired(),
      ]);
      const { status } = await work.rows.findRequest(id);
      ends.push(status);
      if (status === 'cancelled') await work.finishOperation(id);
      expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
      expect(await work.listEventTypes(id)).toEqual([`request.${status}`]);
    }
    expect(ends.every((status) => ['completed', 'cancelled'].includes(status))).toBe(true);
  });

  it('A cancellation does not deadlock with claims of new images', async () => {
    for (let round = 0; round < 8; round++) {
      const { id, images: ids } = await work.rows.insertRequest(40);
      await work.images.queueFairBatch(40, 60);
      const claims = Promise.all(ids.map((one) => work.claimImages([one])));
      await Promise.all([
        claims,
        work.transitions.cancel(id),
        work.operations.advanceOperation(7, id),
      ]);
      await work.finishOperation(id);
      expect(await work.countByStatus(id)).toEqual({ cancelled: 40 });
    }
  });
});
