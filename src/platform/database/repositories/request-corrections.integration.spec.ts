import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FAILED_RESULT, ProcessingFixture } from '../../../../test/support/processing-fixture.js';
import { Env } from '../../config/env.js';
import { OpenWorkLimitError } from '../../errors/open-work-limit.error.js';
import { OpenWorkQuota } from '../open-work-quota.js';
import { RequestCorrectionsRepository } from './request-corrections.js';

const work = ProcessingFixture.forThisFile();

/** A request whose images have all failed, or all but the first `completed`. */
async function failedRequest(images: number, completed = 0) {
  const { id, images: ids } = await work.rows.insertRequest(images);
  await work.recordResult(await work.claimImages(ids.slice(0, completed)));
  await work.recordResult(await work.claimImages(ids.slice(completed)), FAILED_RESULT);
  return { id, ids };
}

const timedOut = {
  status: 'failed',
  errorCode: 'timed_out',
  errorMessage: 'The server took too long.',
} as const;

const urlFor = (n: number) => `http://localhost/new/${n}.jpg`;
const corrections = (ids: string[]) => ids.map((id, i) => ({ id, url: urlFor(i) }));
const sameAsOf = async (id: string) => (await work.rows.findImage(id)).sameAs;

describe('RequestCorrectionsRepository', () => {
  it('RequestCorrectionsRepository returns corrected images to pending, keeps other failures, and inserts one delivery', async () => {
    const { id, ids } = await failedRequest(6, 1);
    expect(await work.correctImages(id, corrections(ids.slice(1, 4)))).toEqual({ corrected: 3 });
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'pending',
      imagesCompleted: 1,
      imagesFailed: 2,
      imagesKept: 1,
      completedAt: null,
      expiresAt: null,
      retriedAt: expect.any(Date),
    });
    expect(await work.rows.findImage(ids[1])).toMatchObject({
      status: 'pending',
      inputUrl: urlFor(0),
      cellReference: 'http://localhost/2.jpg',
      attempts: 0,
      errorCode: null,
      errorMessage: null,
      finishedAt: null,
    });
    expect(await work.images.queueFairBatch(10, 60)).toHaveLength(3);
    await work.recordResult(await work.claimImages(ids.slice(1, 4)));
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'completed', imagesFailed: 2 });
    expect(await work.listEventTypes(id)).toEqual(['request.completed', 'request.completed']);
  });

  it('RequestCorrectionsRepository keeps the cell reference when an image is corrected a second time', async () => {
    const { id, ids } = await failedRequest(1);
    await work.correctImages(id, [{ id: ids[0], url: urlFor(1) }]);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    await work.correctImages(id, [{ id: ids[0], url: urlFor(2) }]);
    expect(await work.rows.findImage(ids[0])).toMatchObject({
      inputUrl: urlFor(2),
      cellReference: 'http://localhost/1.jpg',
    });
  });

  it('RequestCorrectionsRepository replaces the host of a corrected image', async () => {
    const { id, ids } = await failedRequest(1);
    for (const [url, inputHost] of [
      ['https://h.example:443/1.jpg', 'h.example'],
      ['https://h.example/1.jpg', null],
    ] as const) {
      await work.correctImages(id, [{ id: ids[0], url }]);
      expect(await work.rows.findImage(ids[0])).toMatchObject({ inputUrl: url, inputHost });
      await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    }
  });

  it('RequestCorrectionsRepository adds images to an open request, which still ends only once', async () => {
    const { id, images: ids } = await work.rows.insertRequest(4);
    await work.recordResult(await work.claimImages(ids.slice(0, 2)), FAILED_RESULT);
    expect(await work.correctImages(id, corrections(ids.slice(0, 1)))).toEqual({ corrected: 1 });
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'processing',
      imagesFailed: 1,
    });
    await work.recordResult(await work.claimImages([ids[0], ids[2], ids[3]]));
    expect(await work.readCounters(id)).toEqual({ completed: 3, failed: 1, cancelled: 0 });
    expect(await work.listEventTypes(id)).toEqual(['request.completed']);
  });

  it('RequestCorrectionsRepository measures the wait of a corrected image from the correction, even in an open request', async () => {
    const createdAt = new Date(Date.now() - 3_600_000);
    const { id, images: ids } = await work.rows.insertRequest(2, { createdAt });
    await work.recordResult(await work.claimImages(ids.slice(0, 1)), FAILED_RESULT);
    await work.correctImages(id, corrections(ids.slice(0, 1)));
    const [{ waitSeconds }] = await work.claimImages(ids.slice(0, 1));
    expect(waitSeconds).toBeLessThan(1800);
  });

  it('RequestCorrectionsRepository ignores images that have not failed', async () => {
    const { id, ids } = await failedRequest(3, 2);
    expect(await work.correctImages(id, corrections(ids.slice(0, 2)))).toEqual({ corrected: 0 });
    expect(await work.correctImages(id)).toEqual({ corrected: 0 });
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'completed', imagesFailed: 1 });
    expect(await work.rows.findImage(ids[0])).toMatchObject({ cellReference: null });
  });

  it('RequestCorrectionsRepository leaves images of other requests alone', async () => {
    const [one, other] = [await failedRequest(1), await failedRequest(1)];
    expect(await work.correctImages(one.id, corrections(other.ids))).toEqual({ corrected: 0 });
    expect(await work.countByStatus(other.id)).toEqual({ failed: 1 });
  });

  it('RequestCorrectionsRepository keeps the URL of duplicates of a corrected image and retries them', async () => {
    const { id, ids } = await failedRequest(4);
    await work.rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = ANY($2)', [
      ids[0],
      ids.slice(1),
    ]);
    await work.correctImages(id, corrections([ids[0], ids[2]]));
    expect(await Promise.all(ids.map(sameAsOf))).toEqual([null, null, null, ids[1]]);
    await work.recordResult(await work.claimImages(ids));
    expect(await work.readCounters(id)).toEqual({ completed: 2, failed: 2, cancelled: 0 });

    expect(await work.transitions.retry(id)).toBe('moved');
    await work.finishOperation(id);
    await work.recordResult(await work.claimImages([ids[1]]));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 4,
    });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
  });

  it('RequestCorrectionsRepository links corrected images with the same URL to the first of them', async () => {
    const { id, ids } = await failedRequest(3);
    await work.correctImages(
      id,
      ids.map((image) => ({ id: image, url: urlFor(1) })),
    );
    expect(await Promise.all(ids.map(sameAsOf))).toEqual([null, ids[0], ids[0]]);
    await work.recordResult(await work.claimImages(ids));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 3,
    });
  });

  it('RequestCorrectionsRepository changes nothing when a later batch fails', async () => {
    const { id, ids } = await failedRequest(2);
    const fails = work.corrections.correct(id, async function* () {
      yield corrections([ids[0]]);
      throw new Error('The file is broken.');
    });
    await expect(fails).rejects.toThrow('The file is broken.');
    expect(await work.countByStatus(id)).toEqual({ failed: 2 });
    expect(await work.rows.findImage(ids[0])).toMatchObject({ inputUrl: 'http://localhost/1.jpg' });
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'failed', imagesFailed: 2 });
  });

  it('RequestCorrectionsRepository rejects requests that are unknown, canceled, or under a bulk operation', async () => {
    expect(await work.correctImages(randomUUID())).toBe('unknown');
    const { id, ids } = await failedRequest(2);
    await work.transitions.retry(id);
    expect(await work.correctImages(id, corrections(ids))).toBe('busy');
    await work.finishOperation(id);
    await work.transitions.cancel(id);
    expect(await work.correctImages(id, corrections(ids))).toBe('cancelled');
  });

  it('RequestCorrectionsRepository rejects more images than the owner may have open', async () => {
    const { id, ids } = await failedRequest(3);
    const env = Object.assign(new Env(), { MAX_OPEN_IMAGES: 2 });
    const limited = new RequestCorrectionsRepository(work.rows.dataSource, new OpenWorkQuota(env));
    const tooMany = limited.correct(id, async function* () {
      yield corrections(ids);
    });
    await expect(tooMany).rejects.toThrow(OpenWorkLimitError);
    expect(await work.countByStatus(id)).toEqual({ failed: 3 });
  });

  it('RequestCorrectionsRepository keeps the counters correct in a race with retry and cancel', async () => {
    for (let round = 0; round < 10; round++) {
      const { id, ids } = await failedRequest(4, 1);
      await Promise.all([
        work.correctImages(id, corrections(ids.slice(1, 3))),
        work.correctImages(id, corrections(ids.slice(1, 3))),
        work.transitions.retryImagesWithCode(id, 'http_not_found'),
        work.transitions.retry(id),
        work.transitions.cancel(id),
      ]);
      while (await work.operations.advanceOperation(2, id))
        await work.images.queueFairBatch(10, 60);
      await work.recordResult(await work.claimImages(ids));
      expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
      const { imagesTotal, imagesCompleted, imagesFailed, imagesCancelled } =
        await work.rows.findRequest(id);
      expect(imagesCompleted + imagesFailed + imagesCancelled).toBe(imagesTotal);
    }
  });
});

describe('RequestTransitionsRepository.retryImagesWithCode()', () => {
  it('RequestTransitionsRepository.retryImagesWithCode() returns only images with the error code to pending', async () => {
    const { id, images: ids } = await work.rows.insertRequest(5);
    await work.recordResult(await work.claimImages(ids.slice(0, 3)), FAILED_RESULT);
    await work.recordResult(await work.claimImages(ids.slice(3)), timedOut);
    expect(await work.transitions.retryImagesWithCode(id, 'timed_out')).toBe('moved');
    expect(await work.countByStatus(id)).toEqual({ failed: 3, pending: 2 });
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'pending', imagesFailed: 3 });
    await work.images.queueFairBatch(10, 60);
    await work.recordResult(await work.claimImages(ids.slice(3)));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 2,
    });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.listEventTypes(id)).toEqual(['request.failed', 'request.completed']);
  });

  it('RequestTransitionsRepository.retryImagesWithCode() rejects a running request, and a request without images that failed with the code', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1);
    expect(await work.transitions.retryImagesWithCode(id, 'timed_out')).toBe('open');
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    expect(await work.transitions.retryImagesWithCode(id, 'timed_out')).toBe('nothing');
    expect(await work.transitions.retryImagesWithCode(randomUUID(), 'timed_out')).toBe('unknown');
  });
});
