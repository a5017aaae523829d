import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FAILED_RESULT, ProcessingFixture } from '../../../../test/support/processing-fixture.js';
import { Env } from '../../config/env.js';
import { OpenWorkLimitError } from '../../errors/open-work-limit.error.js';
import { OpenWorkQuota } from '../open-work-quota.js';
import { RequestCorrectionsRepository } from './request-corrections.js';

const work = ProcessingFixture.forThisFile();

/** Creates a request whose images have failed, except for the first `completedCount` images. */
async function createFailedRequest(imageCount: number, completedCount = 0) {
  const { id, images: ids } = await work.rows.insertRequest(imageCount);
  await work.recordResult(await work.claimImages(ids.slice(0, completedCount)));
  await work.recordResult(await work.claimImages(ids.slice(completedCount)), FAILED_RESULT);
  return { id, ids };
}

const TIMED_OUT = {
  status: 'failed',
  errorCode: 'timed_out',
  errorMessage: 'The server took too long to respond.',
} as const;

const buildNewUrl = (n: number) => `http://localhost/new/${n}.jpg`;
const createCorrections = (ids: string[]) =>
  ids.map((id, index) => ({ id, url: buildNewUrl(index) }));
const readSameAs = async (id: string) => (await work.rows.findImage(id)).sameAs;

describe('RequestCorrectionsRepository.correctRequest()', () => {
  it('RequestCorrectionsRepository.correctRequest() marks corrected images as pending and reopens the request, which then creates a second delivery', async () => {
    const { id, ids } = await createFailedRequest(6, 1);
    expect(await work.correctImages(id, createCorrections(ids.slice(1, 4)))).toEqual({
      corrected: 3,
    });
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
      inputUrl: buildNewUrl(0),
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

  it('RequestCorrectionsRepository.correctRequest() keeps the cell reference if an image is corrected a second time', async () => {
    const { id, ids } = await createFailedRequest(1);
    await work.correctImages(id, [{ id: ids[0], url: buildNewUrl(1) }]);
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    await work.correctImages(id, [{ id: ids[0], url: buildNewUrl(2) }]);
    expect(await work.rows.findImage(ids[0])).toMatchObject({
      inputUrl: buildNewUrl(2),
      cellReference: 'http://localhost/1.jpg',
    });
  });

  it('RequestCorrectionsRepository.correctRequest() replaces the host of a corrected image', async () => {
    const { id, ids } = await createFailedRequest(1);
    for (const [url, inputHost] of [
      ['https://h.example:443/1.jpg', 'h.example'],
      ['https://h.example/1.jpg', null],
    ] as const) {
      await work.correctImages(id, [{ id: ids[0], url }]);
      expect(await work.rows.findImage(ids[0])).toMatchObject({ inputUrl: url, inputHost });
      await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    }
  });

  it('RequestCorrectionsRepository.correctRequest() retries images of a running request, which still finishes only once', async () => {
    const { id, images: ids } = await work.rows.insertRequest(4);
    await work.recordResult(await work.claimImages(ids.slice(0, 2)), FAILED_RESULT);
    expect(await work.correctImages(id, createCorrections(ids.slice(0, 1)))).toEqual({
      corrected: 1,
    });
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'processing',
      imagesFailed: 1,
    });
    await work.recordResult(await work.claimImages([ids[0], ids[2], ids[3]]));
    expect(await work.readCounters(id)).toEqual({ completed: 3, failed: 1, cancelled: 0 });
    expect(await work.listEventTypes(id)).toEqual(['request.completed']);
  });

  it('RequestCorrectionsRepository.correctRequest() restarts the waiting time of a corrected image, even in a running request', async () => {
    const createdAt = new Date(Date.now() - 3_600_000);
    const { id, images: ids } = await work.rows.insertRequest(2, { createdAt });
    await work.recordResult(await work.claimImages(ids.slice(0, 1)), FAILED_RESULT);
    await work.correctImages(id, createCorrections(ids.slice(0, 1)));
    const [{ waitSeconds }] = await work.claimImages(ids.slice(0, 1));
    expect(waitSeconds).toBeLessThan(1800);
  });

  it('RequestCorrectionsRepository.correctRequest() ignores images that have not failed', async () => {
    const { id, ids } = await createFailedRequest(3, 2);
    expect(await work.correctImages(id, createCorrections(ids.slice(0, 2)))).toEqual({
      corrected: 0,
    });
    expect(await work.correctImages(id)).toEqual({ corrected: 0 });
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'completed', imagesFailed: 1 });
    expect(await work.rows.findImage(ids[0])).toMatchObject({ cellReference: null });
  });

  it('RequestCorrectionsRepository.correctRequest() does not change images of other requests', async () => {
    const [request, otherRequest] = [await createFailedRequest(1), await createFailedRequest(1)];
    expect(await work.correctImages(request.id, createCorrections(otherRequest.ids))).toEqual({
      corrected: 0,
    });
    expect(await work.countByStatus(otherRequest.id)).toEqual({ failed: 1 });
  });

  it('RequestCorrectionsRepository.correctRequest() separates a corrected image from its duplicates, which keep their URL', async () => {
    const { id, ids } = await createFailedRequest(4);
    await work.rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = ANY($2)', [
      ids[0],
      ids.slice(1),
    ]);
    await work.correctImages(id, createCorrections([ids[0], ids[2]]));
    expect(await Promise.all(ids.map(readSameAs))).toEqual([null, null, null, ids[1]]);
    await work.recordResult(await work.claimImages(ids));
    expect(await work.readCounters(id)).toEqual({ completed: 2, failed: 2, cancelled: 0 });

    expect(await work.transitions.retryRequest(id)).toBe('changed');
    await work.finishOperation(id);
    await work.recordResult(await work.claimImages([ids[1]]));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 4,
    });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
  });

  it('RequestCorrectionsRepository.correctRequest() makes corrected images with the same URL duplicates of the first one', async () => {
    const { id, ids } = await createFailedRequest(3);
    await work.correctImages(
      id,
      ids.map((imageId) => ({ id: imageId, url: buildNewUrl(1) })),
    );
    expect(await Promise.all(ids.map(readSameAs))).toEqual([null, ids[0], ids[0]]);
    await work.recordResult(await work.claimImages(ids));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 3,
    });
  });

  it('RequestCorrectionsRepository.correctRequest() changes nothing if a later batch fails', async () => {
    const { id, ids } = await createFailedRequest(2);
    const failingCorrection = work.corrections.correctRequest(id, async function* () {
      yield createCorrections([ids[0]]);
      throw new Error('The file is broken.');
    });
    await expect(failingCorrection).rejects.toThrow('The file is broken.');
    expect(await work.countByStatus(id)).toEqual({ failed: 2 });
    expect(await work.rows.findImage(ids[0])).toMatchObject({ inputUrl: 'http://localhost/1.jpg' });
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'failed', imagesFailed: 2 });
  });

  it('RequestCorrectionsRepository.correctRequest() rejects an unknown request, a canceled request, and a request with a running bulk operation', async () => {
    expect(await work.correctImages(randomUUID())).toBe('unknown');
    const { id, ids } = await createFailedRequest(2);
    await work.transitions.retryRequest(id);
    expect(await work.correctImages(id, createCorrections(ids))).toBe('busy');
    await work.finishOperation(id);
    await work.transitions.cancelRequest(id);
    expect(await work.correctImages(id, createCorrections(ids))).toBe('cancelled');
  });

  it('RequestCorrectionsRepository.correctRequest() rejects corrections that exceed MAX_OPEN_IMAGES', async () => {
    const { id, ids } = await createFailedRequest(3);
    const env = Object.assign(new Env(), { MAX_OPEN_IMAGES: 2 });
    const limitedCorrections = new RequestCorrectionsRepository(
      work.rows.dataSource,
      new OpenWorkQuota(env),
    );
    const rejectedCorrection = limitedCorrections.correctRequest(id, async function* () {
      yield createCorrections(ids);
    });
    await expect(rejectedCorrection).rejects.toThrow(OpenWorkLimitError);
    expect(await work.countByStatus(id)).toEqual({ failed: 3 });
  });

  it('RequestCorrectionsRepository.correctRequest() keeps the counters correct during concurrent retries and cancellations', async () => {
    for (let round = 0; round < 10; round++) {
      const { id, ids } = await createFailedRequest(4, 1);
      await Promise.all([
        work.correctImages(id, createCorrections(ids.slice(1, 3))),
        work.correctImages(id, createCorrections(ids.slice(1, 3))),
        work.transitions.retryImagesWithCode(id, 'http_not_found'),
        work.transitions.retryRequest(id),
        work.transitions.cancelRequest(id),
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
  it('RequestTransitionsRepository.retryImagesWithCode() marks only images with the error code as pending', async () => {
    const { id, images: ids } = await work.rows.insertRequest(5);
    await work.recordResult(await work.claimImages(ids.slice(0, 3)), FAILED_RESULT);
    await work.recordResult(await work.claimImages(ids.slice(3)), TIMED_OUT);
    expect(await work.transitions.retryImagesWithCode(id, 'timed_out')).toBe('changed');
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

  it('RequestTransitionsRepository.retryImagesWithCode() rejects a running request and a request without matching images', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1);
    expect(await work.transitions.retryImagesWithCode(id, 'timed_out')).toBe('running');
    await work.recordResult(await work.claimImages(ids), FAILED_RESULT);
    expect(await work.transitions.retryImagesWithCode(id, 'timed_out')).toBe('nothingToRetry');
    expect(await work.transitions.retryImagesWithCode(randomUUID(), 'timed_out')).toBe('unknown');
  });
});
