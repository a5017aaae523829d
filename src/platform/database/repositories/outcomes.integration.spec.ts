import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { completed, failed, outcomeOf, RowWork } from '../../../../test/support/row-work.js';

const work = RowWork.forThisFile();

describe('recordOutcomes()', () => {
  it('recordOutcomes() counts outcomes, completes the request and inserts one delivery', async () => {
    const { id, images: ids } = await work.rows.request(3);
    const [a, b, c] = await work.claim(ids);
    const firstBatch = await work.outcomes.recordOutcomes([outcomeOf(a), outcomeOf(b, failed)]);
    expect(firstBatch.finishedRequests).toEqual([]);
    expect(await work.rows.find(id)).toMatchObject({ status: 'processing', imagesCompleted: 1 });
    expect(await work.rows.deliveries(id)).toEqual([]);

    const lastBatch = await work.end([c]);
    expect(lastBatch.finishedRequests).toEqual([{ id, status: 'completed' }]);
    expect(await work.rows.find(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 2,
      imagesFailed: 1,
      bytesIn: '2000',
      bytesOut: '800',
      completedAt: expect.any(Date),
    });
    const [delivery, ...others] = await work.rows.deliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(delivery.payload)).toEqual({
      type: 'request.completed',
      timestamp: (await work.rows.find(id)).completedAt!.toISOString(),
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
    const { id, images: ids } = await work.rows.request(2);
    const [image] = await work.claim(ids);
    await work.end([image]);
    const duplicate = await work.end([image]);
    expect(duplicate).toEqual({ imageIds: [], finishedRequests: [] });
    expect(await work.rows.find(id)).toMatchObject({ imagesCompleted: 1, bytesIn: '1000' });
  });

  it('recordOutcomes() ignores a worker that lost its lease', async () => {
    const { id, images: ids } = await work.rows.request(1);
    const [staleClaim] = await work.images.claimImages([{ id: ids[0], lease: randomUUID() }], -1);
    await work.images.requeueExpiredImages();
    const [currentClaim] = await work.claim(ids);
    expect((await work.end([staleClaim], failed)).imageIds).toEqual([]);
    expect((await work.end([currentClaim])).imageIds).toEqual(ids);
    expect(await work.rows.find(id)).toMatchObject({ status: 'completed', imagesFailed: 0 });
  });

  it('recordOutcomes() finishes an image together with its duplicates', async () => {
    const { id, images: ids } = await work.rows.request(10);
    await work.rows.dataSource.query(
      'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1',
      [ids[0], id],
    );
    const claimedImages = await work.claim(ids);
    expect(claimedImages).toHaveLength(1);
    await work.end(claimedImages);
    expect(await work.rows.find(id)).toMatchObject({ status: 'completed', imagesCompleted: 10 });
    expect(await work.rows.image(ids[9])).toMatchObject({ status: 'completed', bytesOut: 400 });
  });

  it('recordOutcomes() marks a request without completed images as failed', async () => {
    const { id, images: ids } = await work.rows.request(2);
    await work.end(await work.claim(ids), failed);
    expect(await work.rows.find(id)).toMatchObject({ status: 'failed' });
    expect(await work.events(id)).toEqual(['request.failed']);
  });

  it('recordOutcomes() inserts no delivery for a request without a webhook', async () => {
    const { id, images: ids } = await work.rows.request(1, {
      webhookUrl: null,
      webhookSecret: null,
    });
    await work.end(await work.claim(ids));
    expect(await work.rows.deliveries(id)).toEqual([]);
  });

  it('recordOutcomes() completes a request only once if its last images finish at the same time', async () => {
    const { id, images: ids } = await work.rows.request(40);
    const claimedImages = await work.claim(ids);
    const results = await Promise.all(
      claimedImages.map((image, index) => work.end([image], index % 4 ? completed() : failed)),
    );
    expect(results.flatMap(({ finishedRequests }) => finishedRequests)).toHaveLength(1);
    expect(await work.rows.find(id)).toMatchObject({ imagesCompleted: 30, imagesFailed: 10 });
    expect(await work.rows.deliveries(id)).toHaveLength(1);
  });
});
