import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  completedResult,
  FAILED_RESULT,
  toOutcome,
  ProcessingFixture,
} from '../../../../test/support/processing-fixture.js';

const work = ProcessingFixture.forThisFile();

describe('OutcomesRepository', () => {
  it('OutcomesRepository records outcomes, counts them, completes the request and inserts one delivery', async () => {
    const { id, images: ids } = await work.rows.insertRequest(3);
    const [a, b, c] = await work.claimImages(ids);
    const first = await work.outcomes.recordOutcomes([toOutcome(a), toOutcome(b, FAILED_RESULT)]);
    expect(first.endedRequests).toEqual([]);
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'processing',
      imagesCompleted: 1,
    });
    expect(await work.rows.findDeliveries(id)).toEqual([]);

    const last = await work.recordResult([c]);
    expect(last.endedRequests).toEqual([{ id, status: 'completed' }]);
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

  it('OutcomesRepository counts an outcome once, however often it is recorded', async () => {
    const { id, images: ids } = await work.rows.insertRequest(2);
    const [a] = await work.claimImages(ids);
    await work.recordResult([a]);
    const again = await work.recordResult([a]);
    expect(again).toEqual({ imageIds: [], endedRequests: [] });
    expect(await work.rows.findRequest(id)).toMatchObject({ imagesCompleted: 1, bytesIn: '1000' });
  });

  it('OutcomesRepository ignores a worker that lost its lease', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1);
    const [stale] = await work.images.claim([{ id: ids[0], lease: randomUUID() }], -1);
    await work.images.requeueExpired();
    const [holder] = await work.claimImages(ids);
    expect((await work.recordResult([stale], FAILED_RESULT)).imageIds).toEqual([]);
    expect((await work.recordResult([holder])).imageIds).toEqual(ids);
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'completed', imagesFailed: 0 });
  });

  it('OutcomesRepository ends the duplicates of an image with it', async () => {
    const { id, images: ids } = await work.rows.insertRequest(10);
    await work.rows.dataSource.query(
      'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1',
      [ids[0], id],
    );
    const claimed = await work.claimImages(ids);
    expect(claimed).toHaveLength(1);
    await work.recordResult(claimed);
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 10,
    });
    expect(await work.rows.findImage(ids[9])).toMatchObject({ status: 'completed', bytesOut: 400 });
  });

  it('OutcomesRepository fails a request without a completed image', async () => {
    const { id, images: ids } = await work.rows.insertRequest(2);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'failed' });
    expect(await work.listEventTypes(id)).toEqual(['request.failed']);
  });

  it('OutcomesRepository writes no delivery for a request without a webhook', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1, {
      webhookUrl: null,
      webhookSecret: null,
    });
    await work.recordResult(await work.claimImages(ids));
    expect(await work.rows.findDeliveries(id)).toEqual([]);
  });

  it('OutcomesRepository completes once and counts exactly when the last images end at the same time', async () => {
    const { id, images: ids } = await work.rows.insertRequest(40);
    const claimed = await work.claimImages(ids);
    const answers = await Promise.all(
      claimed.map((image, i) =>
        work.recordResult([image], i % 4 ? completedResult() : FAILED_RESULT),
      ),
    );
    expect(answers.flatMap(({ endedRequests }) => endedRequests)).toHaveLength(1);
    expect(await work.rows.findRequest(id)).toMatchObject({
      imagesCompleted: 30,
      imagesFailed: 10,
    });
    expect(await work.rows.findDeliveries(id)).toHaveLength(1);
  });
});
