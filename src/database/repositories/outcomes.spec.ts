import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../test/support/rows.js';
import { Env } from '../../config/env.js';
import { ImagesRepository } from './images.js';
import { type Outcome, OutcomesRepository } from './outcomes.js';

const completed = (bytesIn = 1000, bytesOut = 400): Outcome['result'] => ({
  status: 'completed',
  artifactKey: 'a'.repeat(64),
  format: 'jpeg',
  width: 800,
  height: 600,
  bytesIn,
  bytesOut,
  keptOriginal: false,
  made: true,
});
const failed: Outcome['result'] = {
  status: 'failed',
  errorCode: 'http_not_found',
  errorMessage: 'There is nothing at this URL.',
};

describe('OutcomesRepository', () => {
  let rows: TestRows;
  let images: ImagesRepository;
  let outcomes: OutcomesRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    images = new ImagesRepository(rows.dataSource);
    outcomes = new OutcomesRepository(rows.dataSource, new Env());
    await rows.artifact('a'.repeat(64));
  });
  afterAll(() => rows.close());

  const claimAll = (ids: string[]) =>
    images.claim(
      ids.map((id) => ({ id, lease: randomUUID() })),
      15,
    );
  const outcomeOf = ({ id, lease }: { id: string; lease: string }, result = completed()) => ({
    imageId: id,
    lease,
    result,
  });

  it('ends images, counts them, completes the request and writes one delivery', async () => {
    const { id, images: ids } = await rows.request(3);
    const [a, b, c] = await claimAll(ids);
    const first = await outcomes.recordOutcomes([outcomeOf(a), outcomeOf(b, failed)]);
    expect(first.endedRequests).toEqual([]);
    expect(await rows.find(id)).toMatchObject({ status: 'processing', imagesCompleted: 1 });
    expect(await rows.deliveries(id)).toEqual([]);

    const last = await outcomes.recordOutcomes([outcomeOf(c)]);
    expect(last.endedRequests).toEqual([{ id, status: 'completed' }]);
    expect(await rows.find(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 2,
      imagesFailed: 1,
      bytesIn: '2000',
      bytesOut: '800',
      completedAt: expect.any(Date),
    });
    const [delivery, ...others] = await rows.deliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(delivery.payload)).toEqual({
      type: 'request.completed',
      timestamp: (await rows.find(id)).completedAt!.toISOString(),
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

  it('counts an outcome once, however often it is recorded', async () => {
    const { id, images: ids } = await rows.request(2);
    const [a] = await claimAll(ids);
    await outcomes.recordOutcomes([outcomeOf(a)]);
    const again = await outcomes.recordOutcomes([outcomeOf(a)]);
    expect(again).toEqual({ imageIds: [], endedRequests: [] });
    expect(await rows.find(id)).toMatchObject({ imagesCompleted: 1, bytesIn: '1000' });
  });

  it('ignores a worker whose lease went to another', async () => {
    const { id, images: ids } = await rows.request(1);
    const [stale] = await images.claim([{ id: ids[0], lease: randomUUID() }], -1);
    await images.freeExpired();
    const [holder] = await claimAll(ids);
    expect((await outcomes.recordOutcomes([outcomeOf(stale, failed)])).imageIds).toEqual([]);
    expect((await outcomes.recordOutcomes([outcomeOf(holder)])).imageIds).toEqual(ids);
    expect(await rows.find(id)).toMatchObject({ status: 'completed', imagesFailed: 0 });
  });

  it('ends the duplicates of an image with it', async () => {
    const { id, images: ids } = await rows.request(10);
    await rows.dataSource.query(
      'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1',
      [ids[0], id],
    );
    const claimed = await claimAll(ids);
    expect(claimed).toHaveLength(1);
    await outcomes.recordOutcomes(claimed.map((image) => outcomeOf(image)));
    expect(await rows.find(id)).toMatchObject({ status: 'completed', imagesCompleted: 10 });
    expect(await rows.image(ids[9])).toMatchObject({ status: 'completed', bytesOut: 400 });
  });

  it('fails a request of which not one image succeeded, and says so', async () => {
    const { id, images: ids } = await rows.request(2);
    await outcomes.recordOutcomes((await claimAll(ids)).map((image) => outcomeOf(image, failed)));
    expect(await rows.find(id)).toMatchObject({ status: 'failed' });
    expect((await rows.deliveries(id)).map(({ event_type }) => event_type)).toEqual([
      'request.failed',
    ]);
  });

  it('writes no delivery for a request without a webhook', async () => {
    const { id, images: ids } = await rows.request(1, { webhookUrl: null, webhookSecret: null });
    await outcomes.recordOutcomes((await claimAll(ids)).map((image) => outcomeOf(image)));
    expect(await rows.deliveries(id)).toEqual([]);
  });

  it('completes once and counts exactly when the last images end at the same time', async () => {
    const { id, images: ids } = await rows.request(40);
    const claimed = await claimAll(ids);
    const answers = await Promise.all(
      claimed.map((image, i) =>
        outcomes.recordOutcomes([outcomeOf(image, i % 4 ? completed() : failed)]),
      ),
    );
    expect(answers.flatMap(({ endedRequests }) => endedRequests)).toHaveLength(1);
    expect(await rows.find(id)).toMatchObject({ imagesCompleted: 30, imagesFailed: 10 });
    expect(await rows.deliveries(id)).toHaveLength(1);
  });
});
