import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  completedResult,
  FAILED_RESULT,
  toOutcome,
  ProcessingFixture,
} from '../../../../test/support/processing-fixture.js';

const work = ProcessingFixture.forThisFile();

describe('recordOutcomes()', () => {
  it('recordOutcomes() counts outcomes, completes the request and inserts one delivery', async () => {
    const { id, images: ids } = await work.rows.insertRequest(3);
    const [a, b, c] = await work.claimImages(ids);
    const firstBatch = await work.outcomes.recordOutcomes([
      toOutcome(a),
      toOutcome(b, FAILED_RESULT),
    ]);
    expect(firstBatch.finishedRequests).toEqual([]);
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'processing',
      imagesCompleted: 1,
    });
    expect(await work.rows.findDeliveries(id)).toEqual([]);

    const lastBatch = await work.recordResult([c]);
    expect(lastBatch.finishedRequests).toEqual([{ id, status: 'completed' }]);
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 2,
      imagesFailed: 1,
      bytesIn: '2000',
      bytesOut: '800',
      completedAt: expect.any(Date),
    });
    const [delivery, ...others] = await work.rows.findDeliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(delivery.payload)).toEqual({
      type: 'request.completed',
      timestamp: (await work.rows.findRequest(id)).completedAt!.toISOString(),
      request_id: id,
      status: 'completed',
      output_csv: `http://localhost:3000/download/${id}`,
      errors_csv: `http://localhost:3000/download/${id}/errors`,
      data: {
        products: 3,
        images: 3,
        completed: 2,
        failed: 1,
        cancelled: 0,
        bytes_in: 2000,
        bytes_out: 800,
      },
    });
  });

  it('recordOutcomes() counts an outcome only once if it is recorded twice', async () => {
    const { id, images: ids } = await work.rows.insertRequest(2);
    const [image] = await work.claimImages(ids);
    await work.recordResult([image]);
    const repeatedResult = await work.recordResult([image]);
    expect(repeatedResult).toEqual({ imageIds: [], finishedRequests: [] });
    expect(await work.rows.findRequest(id)).toMatchObject({ imagesCompleted: 1, bytesIn: '1000' });
  });

  it('recordOutcomes() ignores an outcome from a worker that lost its lease', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1);
    const [staleClaim] = await work.images.claimImages([{ id: ids[0], lease: randomUUID() }], -1);
    await work.images.requeueExpiredImages();
    const [currentClaim] = await work.claimImages(ids);
    expect((await work.recordResult([staleClaim], FAILED_RESULT)).imageIds).toEqual([]);
    expect((await work.recordResult([currentClaim])).imageIds).toEqual(ids);
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'completed', imagesFailed: 0 });
  });

  it('recordOutcomes() finishes an image together with its duplicates', async () => {
    const { id, images: ids } = await work.rows.insertRequest(10);
    await work.rows.dataSource.query(
      'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1',
      [ids[0], id],
    );
    const claimedImages = await work.claimImages(ids);
    expect(claimedImages).toHaveLength(1);
    await work.recordResult(claimedImages);
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 10,
    });
    expect(await work.rows.findImage(ids[9])).toMatchObject({ status: 'completed', bytesOut: 400 });
  });

  it('recordOutcomes() marks a request without completed images as failed', async () => {
    const { id, images: ids } = await work.rows.insertRequest(2);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'failed' });
    expect(await work.listEventTypes(id)).toEqual(['request.failed']);
  });

  it('recordOutcomes() inserts no delivery for a request without a webhook', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1, {
      webhookUrl: null,
      webhookSecret: null,
    });
    await work.recordResult(await work.claimImages(ids));
    expect(await work.rows.findDeliveries(id)).toEqual([]);
  });

  it('recordOutcomes() completes a request only once if its last images finish at the same time', async () => {
    const { id, images: ids } = await work.rows.insertRequest(40);
    const claimedImages = await work.claimImages(ids);
    const results = await Promise.all(
      claimedImages.map((image, index) =>
        work.recordResult([image], index % 4 ? completedResult() : FAILED_RESULT),
      ),
    );
    expect(results.flatMap(({ finishedRequests }) => finishedRequests)).toHaveLength(1);
    expect(await work.rows.findRequest(id)).toMatchObject({
      imagesCompleted: 30,
      imagesFailed: 10,
    });
    expect(await work.rows.findDeliveries(id)).toHaveLength(1);
  });
});
