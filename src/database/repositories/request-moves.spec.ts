import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../test/support/rows.js';
import { Env } from '../../config/env.js';
import { OpenWorkQuota } from '../open-work-quota.js';
import { ImagesRepository } from './images.js';
import { type Outcome, OutcomesRepository } from './outcomes.js';
import { RequestMovesRepository } from './request-moves.js';
import { RequestSweepsRepository } from './request-sweeps.js';

const KEY = 'a'.repeat(64);
const completed: Outcome['result'] = {
  status: 'completed',
  artifactKey: KEY,
  format: 'jpeg',
  width: 800,
  height: 600,
  bytesIn: 1000,
  bytesOut: 400,
  keptOriginal: false,
  made: true,
};
const failed: Outcome['result'] = {
  status: 'failed',
  errorCode: 'http_not_found',
  errorMessage: 'There is nothing at this URL.',
};

describe('RequestMovesRepository', () => {
  let rows: TestRows;
  let images: ImagesRepository;
  let outcomes: OutcomesRepository;
  let moves: RequestMovesRepository;
  let sweeps: RequestSweepsRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    images = new ImagesRepository(rows.dataSource);
    outcomes = new OutcomesRepository(rows.dataSource, new Env());
    const env = Object.assign(new Env(), { RETENTION_DAYS: 30 });
    moves = new RequestMovesRepository(rows.dataSource, env, new OpenWorkQuota(env));
    sweeps = new RequestSweepsRepository(rows.dataSource);
    await rows.artifact(KEY);
  });
  afterAll(() => rows.close());

  const claim = (ids: string[]) =>
    images.claim(
      ids.map((id) => ({ id, lease: randomUUID() })),
      15,
    );
  const end = (claimed: { id: string; lease: string }[], result: Outcome['result'] = completed) =>
    outcomes.recordOutcomes(claimed.map(({ id, lease }) => ({ imageId: id, lease, result })));
  /** In batches of two, so that every test walks over several. */
  const sweep = async (id: string) => {
    while (!(await sweeps.advance(2, id))?.done);
  };
  const events = async (id: string) =>
    (await rows.deliveries(id)).map(({ event_type }) => event_type);
  const statuses = async (id: string) => {
    const counted: { status: string; n: number }[] = await rows.dataSource.query(
      'SELECT status, count(*)::int AS n FROM images WHERE request_id = $1 GROUP BY status',
      [id],
    );
    return Object.fromEntries(counted.map(({ status, n }) => [status, n]));
  };
  /** The counters of the request's row say what its images' rows say. */
  const expectExact = async (id: string) => {
    const { imagesCompleted, imagesFailed, imagesCancelled } = await rows.find(id);
    const found = { completed: 0, failed: 0, cancelled: 0, ...(await statuses(id)) };
    expect(found).toMatchObject({
      completed: imagesCompleted,
      failed: imagesFailed,
      cancelled: imagesCancelled,
    });
  };

  describe('cancel', () => {
    it('ends what is open, keeps what has ended, and writes one delivery', async () => {
      const { id, images: ids } = await rows.request(9);
      await end(await claim(ids.slice(0, 2)));
      await end(await claim(ids.slice(2, 3)), failed);
      const running = await claim(ids.slice(3, 5));
      await images.nextFairBatch(2, 60);

      expect(await moves.cancel(id)).toBe('moved');
      expect(
        await images.renewLeases(
          running.map(({ lease }) => lease),
          15,
        ),
      ).toEqual([]);
      await sweep(id);
      expect(await statuses(id)).toEqual({ completed: 2, failed: 1, cancelled: 6 });
      await expectExact(id);
      const request = await rows.find(id);
      expect(request).toMatchObject({ status: 'cancelled', completedAt: expect.any(Date) });
      expect(request.expiresAt!.getTime() - request.completedAt!.getTime()).toBe(30 * 86_400_000);
      const [delivery, ...others] = await rows.deliveries(id);
      expect(others).toEqual([]);
      expect(JSON.parse(delivery.payload)).toMatchObject({
        type: 'request.cancelled',
        status: 'cancelled',
        output_csv: `http://localhost:3000/download/${id}`,
        data: { images: 9, completed: 2, failed: 1, cancelled: 6 },
      });
    });

    it('makes a worker that ends later move nothing and count nothing', async () => {
      const { id, images: ids } = await rows.request(4);
      const running = await claim(ids);
      await moves.cancel(id);
      expect(await end(running)).toEqual({ imageIds: [], endedRequests: [] });
      await images.postpone(running.map((image) => ({ ...image, delayMs: 0, charged: true })));
      await sweep(id);
      expect(await statuses(id)).toEqual({ cancelled: 4 });
      await expectExact(id);
    });

    it('counts nothing and hands out nothing before its images are swept', async () => {
      const { id, images: ids } = await rows.request(6);
      const [running] = await claim(ids.slice(0, 1));
      // As if the worker had claimed while the cancel was under way, and was passed by.
      await moves.cancel(id);
      await rows.dataSource.query(
        `UPDATE images SET status = 'processing', lease = $2, lease_until = now() + interval '1 h' WHERE id = $1`,
        [running.id, running.lease],
      );
      expect((await end([running])).imageIds).toEqual([]);
      expect(await claim(ids)).toEqual([]);
      expect(await images.nextFairBatch(10, 60)).toEqual([]);
      await sweep(id);
      expect(await statuses(id)).toEqual({ cancelled: 6 });
    });

    it('is done once, and not at all to a request that has ended or does not exist', async () => {
      const { id } = await rows.request(2);
      const answers = await Promise.all(Array.from({ length: 5 }, () => moves.cancel(id)));
      expect(answers.toSorted()).toEqual(['already', 'already', 'already', 'already', 'moved']);
      expect(await events(id)).toEqual(['request.cancelled']);

      const ended = await rows.request(1);
      await end(await claim(ended.images));
      expect(await moves.cancel(ended.id)).toBe('final');
      expect(await moves.cancel(randomUUID())).toBe('unknown');
    });

    it('and the end of the last image leave one end and one delivery, whoever is first', async () => {
      const ends: string[] = [];
      for (let round = 0; round < 30; round++) {
        const { id, images: ids } = await rows.request(6);
        const claimed = await claim(ids);
        await Promise.all([
          ...claimed.map((image) => end([image])),
          moves.cancel(id),
          images.freeExpired(),
        ]);
        const { status } = await rows.find(id);
        ends.push(status);
        if (status === 'cancelled') await sweep(id);
        await expectExact(id);
        expect(await events(id)).toEqual([`request.${status}`]);
      }
      expect(ends.every((status) => ['completed', 'cancelled'].includes(status))).toBe(true);
    });

    it('does not dead-lock with claims of images that were never begun', async () => {
      for (let round = 0; round < 8; round++) {
        const { id, images: ids } = await rows.request(40);
        await images.nextFairBatch(40, 60);
        const claims = Promise.all(ids.map((one) => claim([one])));
        await Promise.all([claims, moves.cancel(id), sweeps.advance(7, id)]);
        await sweep(id);
        expect(await statuses(id)).toEqual({ cancelled: 40 });
      }
    });
  });

  describe('retry', () => {
    it('sends failed images back to wait with all their tries, and ends with a new delivery', async () => {
      const { id, images: ids } = await rows.request(7);
      await end(await claim(ids.slice(0, 2)));
      await end(await claim(ids.slice(2)), failed);
      const [first] = await rows.deliveries(id);

      expect(await moves.retry(id)).toBe('moved');
      expect(await rows.find(id)).toMatchObject({
        status: 'pending',
        imagesCompleted: 2,
        imagesFailed: 0,
        completedAt: null,
        expiresAt: null,
      });
      await sweep(id);
      expect(await statuses(id)).toEqual({ completed: 2, pending: 5 });
      expect(await rows.image(ids[3])).toMatchObject({
        attempts: 0,
        errorCode: null,
        errorMessage: null,
        finishedAt: null,
      });

      await images.nextFairBatch(10, 60);
      const again = await claim(ids);
      expect(again).toHaveLength(5);
      await end(again.slice(0, 4));
      await end(again.slice(4), failed);
      await expectExact(id);
      expect(await rows.find(id)).toMatchObject({ status: 'completed', imagesCompleted: 6 });
      const [, second, ...others] = await rows.deliveries(id);
      expect(others).toEqual([]);
      expect(JSON.parse(second.payload)).toMatchObject({ data: { completed: 6, failed: 1 } });
      expect(second).not.toMatchObject({ id: (first as unknown as { id: string }).id });
    });

    it('does not count an image twice that fails again before the sweep is through', async () => {
      const { id, images: ids } = await rows.request(6);
      await end(await claim(ids), failed);
      await moves.retry(id);
      await sweeps.advance(2, id);
      await end(await claim(ids), failed);
      await sweep(id);
      expect(await statuses(id)).toEqual({ failed: 2, pending: 4 });
      await end(await claim(ids), failed);
      await expectExact(id);
      expect(await rows.find(id)).toMatchObject({ status: 'failed', imagesFailed: 6 });
    });

    it('moves duplicates with their first image, in whichever batch they are', async () => {
      const { id, images: ids } = await rows.request(9);
      await rows.dataSource.query(
        'UPDATE images SET same_as = $1 WHERE request_id = $2 AND id > $1 AND row_number > 4',
        [ids[0], id],
      );
      await end(await claim(ids), failed);
      await moves.retry(id);
      await sweeps.advance(1, id);
      // The first one ends again while the sweep is still before its duplicates.
      await end(await claim(ids.slice(0, 1)));
      await sweep(id);
      await end(await claim(ids), failed);
      expect(await statuses(id)).toEqual({ completed: 6, failed: 3 });
      await expectExact(id);
      expect(await events(id)).toEqual(['request.failed', 'request.completed']);
    });

    it('takes up what was cancelled', async () => {
      const { id, images: ids } = await rows.request(5);
      await end(await claim(ids.slice(0, 1)));
      await end(await claim(ids.slice(1, 2)), failed);
      await moves.cancel(id);
      expect(await moves.retry(id)).toBe('busy');
      await sweep(id);
      expect(await moves.retry(id)).toBe('moved');
      expect(await moves.cancel(id)).toBe('busy');
      await sweep(id);
      await end(await claim(ids));
      await expectExact(id);
      expect(await events(id)).toEqual(['request.cancelled', 'request.completed']);
    });

    it('refuses a request that runs, or of which nothing failed', async () => {
      const { id, images: ids } = await rows.request(1);
      expect(await moves.retry(id)).toBe('open');
      await end(await claim(ids));
      expect(await moves.retry(id)).toBe('nothing');
      expect(await moves.retry(randomUUID())).toBe('unknown');
    });

    it('is done once by many at the same time', async () => {
      const { id, images: ids } = await rows.request(3);
      await end(await claim(ids), failed);
      const answers = await Promise.all(Array.from({ length: 6 }, () => moves.retry(id)));
      expect(answers.filter((move) => move === 'moved')).toHaveLength(1);
    });
  });
});
