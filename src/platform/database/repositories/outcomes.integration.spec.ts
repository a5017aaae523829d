import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { completed, failed, outcomeOf, RowWork } from '../../../../test/support/row-work.js';

const work = RowWork.forThisFile();

describe('OutcomesRepository', () => {
  it('OutcomesRepository records outcomes, counts them, completes the request and inserts one delivery', async () => {
    const { id, images: ids } = await work.rows.request(3);
    const [a, b, c] = await work.claim(ids);
    const first = await work.outcomes.recordOutcomes([outcomeOf(a), outcomeOf(b, failed)]);
    expect(first.finishedRequests).toEqual([]);
    expect(await work.rows.find(id)).toMatchObject({ status: 'processing', imagesCompleted: 1 });
    expect(await work.rows.deliveries(id)).toEqual([]);

    const last = await work.end([c]);
    expect(last.finishedRequests).toEqual([{ id, status: 'completed' }]);
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

  it('OutcomesRepository counts an outcome once, however often it is recorded', async () => {
    const { id, images: ids } = await work.rows.request(2);
    const [a] = await work.claim(ids);
    await work.end([a]);
    const again = await work.end([a]);
    expect(again).toEqual({ imageIds: [], finishedRequests: [] });
    expect(await work.rows.find(id)).toMatchObject({ imagesCompleted: 1, bytesIn: '1000' });
  });

  it('OutcomesRepository ignores a worker that lost its lease', async () => {
    const { id, images: ids } = await work.rows.request(1);
    const [stale] = await work.images.claimImages([{ id: ids[0], lease: randomUUID() }], -1);
    await work.images.requeueExpiredImages();
    const [holder] = await work.claim(ids);
    expect((await work.end([stale], failed)).imageIds).toEqual([]);
    expect((await work.end([holder])).imageIds).toEqual(ids);
    expect(await work.rows.find(id)).toMatchObject({ status: 'completed', imagesFailed: 0 });
  });

  it('OutcomesRepository ends the duplicates of an image with it', async () => {
    const { id, images: ids } = await work.rows.request(10);
    await work.rows.dataSource.query(
      'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1',
      [ids[0], id],
    );
    const claimed = await work.claim(ids);
    expect(claimed).toHaveLength(1);
    await work.end(claimed);
    expect(await work.rows.find(id)).toMatchObject({ status: 'completed', imagesCompleted: 10 });
    expect(await work.rows.image(ids[9])).toMatchObject({ status: 'completed', bytesOut: 400 });
  });

  it('OutcomesRepository fails a request without a completed image', async () => {
    const { id, images: ids } = await work.rows.request(2);
    await work.end(await work.claim(ids), failed);
    expect(await work.rows.find(id)).toMatchObject({ status: 'failed' });
    expect(await work.events(id)).toEqual(['request.failed']);
  });

  it('OutcomesRepository writes no delivery for a request without a webhook', async () => {
    const { id, images: ids } = await work.rows.request(1, {
      webhookUrl: null,
      webhookSecret: null,
    });
    await work.end(await work.claim(ids));
    expect(await work.rows.deliveries(id)).toEqual([]);
  });

  it('OutcomesRepository completes once and counts exactly when the last images end at the same time', async () => {
    const { id, images: ids } = await work.rows.request(40);
    const claimed = await work.claim(ids);
    const answers = await Promise.all(
      claimed.map((image, i) => work.end([image], i % 4 ? completed() : failed)),
    );
    expect(answers.flatMap(({ finishedRequests }) => finishedRequests)).toHaveLength(1);
    expect(await work.rows.find(id)).toMatchObject({ imagesCompleted: 30, imagesFailed: 10 });
    expect(await work.rows.deliveries(id)).toHaveLength(1);
  });
});
