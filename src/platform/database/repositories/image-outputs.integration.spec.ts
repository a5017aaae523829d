import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  completedResult,
  FAILED_RESULT,
  toOutcome,
} from '../../../../test/support/processing-fixture.js';
import {
  FALLBACK_KEY,
  LARGE_KEY,
  toOutcomeOutput,
  SMALL_KEY,
  completedWithOutputs,
  OutputsFixture,
} from '../../../../test/support/outputs-fixture.js';
import { ArtifactsRepository } from './artifacts.js';

const outputs = OutputsFixture.forThisFile();
const { processing } = outputs;

describe('Repositories with several outputs per image', () => {
  it('recordOutcomes() stores all outputs of an image and counts the bytes of each output', async () => {
    const { id, images } = await outputs.insertRequest(2);
    expect((await outputs.claimAndRecord(images)).finishedRequests).toEqual([
      { id, status: 'completed' },
    ]);
    expect(await outputs.findStoredOutputs(id)).toEqual([
      { output: 1, artifactKey: SMALL_KEY, bytesOut: 100 },
      { output: 2, artifactKey: FALLBACK_KEY, bytesOut: 50 },
      { output: 1, artifactKey: SMALL_KEY, bytesOut: 100 },
      { output: 2, artifactKey: FALLBACK_KEY, bytesOut: 50 },
    ]);
    expect(await outputs.readOutputBytes(id)).toEqual([200, 100]);
    expect(await processing.rows.findRequest(id)).toMatchObject({
      bytesIn: '2000',
      bytesOut: '800',
    });
    expect(await processing.rows.findImage(images[0])).toMatchObject({
      artifactKey: LARGE_KEY,
      bytesOut: 400,
    });
    const [{ payload }] = await processing.rows.findDeliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      data: {
        bytes_out: 800,
        outputs: [
          { name: 'large', bytes_out: 800 },
          { name: 'small', bytes_out: 200 },
          { name: 'fallback', bytes_out: 100 },
        ],
      },
    });
  });

  it('recordOutcomes() counts the outputs of duplicates but stores them only once', async () => {
    const { id, images } = await outputs.insertRequest(4);
    await outputs.markAsDuplicates(images);
    await outputs.claimAndRecord(images.slice(0, 1));
    expect(await outputs.findStoredOutputs(id)).toHaveLength(2);
    expect(await outputs.readOutputBytes(id)).toEqual([400, 200]);
    expect(await processing.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      bytesOut: '1600',
    });
  });

  it('recordOutcomes() counts the outputs of an image only once if its outcome is recorded twice', async () => {
    const { id, images } = await outputs.insertRequest(2);
    const claimedImages = await processing.claimImages(images.slice(0, 1));
    await outputs.recordOutcomes(claimedImages);
    expect((await outputs.recordOutcomes(claimedImages)).imageIds).toEqual([]);
    expect(await outputs.findStoredOutputs(id)).toHaveLength(2);
    expect(await outputs.readOutputBytes(id)).toEqual([100, 50]);
  });

  it('recordOutcomes() stores no outputs of a worker that lost its lease', async () => {
    const { id, images } = await outputs.insertRequest(1);
    const [staleClaim] = await processing.images.claimImages(
      [{ id: images[0], lease: randomUUID() }],
      -1,
    );
    await processing.images.requeueExpiredImages();
    expect((await outputs.recordOutcomes([staleClaim])).imageIds).toEqual([]);
    expect(await outputs.findStoredOutputs(id)).toEqual([]);
    expect(await outputs.readOutputBytes(id)).toEqual([]);
  });

  it('recordOutcomes() ignores an image if one of its outputs was garbage-collected', async () => {
    const { id, images } = await outputs.insertRequest(2);
    await processing.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [FALLBACK_KEY]);
    const [affectedImage, otherImage] = await processing.claimImages(images);
    const collectedOutput = { ...toOutcomeOutput(FALLBACK_KEY, 50), isNew: false };
    const { imageIds } = await processing.outcomes.recordOutcomes([
      {
        ...toOutcome(
          affectedImage,
          completedWithOutputs({
            additionalOutputs: [toOutcomeOutput(SMALL_KEY, 100), collectedOutput],
          }),
        ),
        hasOutputs: true,
      },
      {
        ...toOutcome(
          otherImage,
          completedWithOutputs({
            additionalOutputs: [toOutcomeOutput(SMALL_KEY, 100), toOutcomeOutput(LARGE_KEY, 70)],
          }),
        ),
        hasOutputs: true,
      },
    ]);
    expect(imageIds).toEqual([otherImage.id]);
    expect(await outputs.findStoredOutputs(id)).toHaveLength(2);
    expect(await outputs.readOutputBytes(id)).toEqual([100, 70]);
    expect(await processing.rows.findImage(affectedImage.id)).toMatchObject({
      status: 'processing',
      artifactKey: null,
    });
  });

  it('recordOutcomes() reports the size of each output in the webhook, even if the last image fails', async () => {
    const { id, images } = await outputs.insertRequest(2);
    await outputs.claimAndRecord(images.slice(0, 1));
    await outputs.claimAndRecord(images.slice(1), FAILED_RESULT);
    const [{ payload }] = await processing.rows.findDeliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      data: { failed: 1, outputs: [{ bytes_out: 400 }, { bytes_out: 100 }, { bytes_out: 50 }] },
    });
  });

  it('recordOutcomes() counts the outputs of each image once if several images finish at the same time', async () => {
    const { id, images } = await outputs.insertRequest(20);
    const claimedImages = await processing.claimImages(images);
    const results = await Promise.all(
      claimedImages.map((image, index) =>
        outputs.recordOutcomes([image], index % 4 ? completedWithOutputs() : FAILED_RESULT),
      ),
    );
    expect(results.flatMap(({ finishedRequests }) => finishedRequests)).toHaveLength(1);
    expect(await outputs.readOutputBytes(id)).toEqual([1500, 750]);
    const [{ payload }, ...others] = await processing.rows.findDeliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(payload)).toMatchObject({
      data: { outputs: [{ bytes_out: 6000 }, { bytes_out: 1500 }, { bytes_out: 750 }] },
    });
  });

  it('recordOutcomes() records audit results, including the results of duplicates', async () => {
    const { id, images } = await outputs.insertRequest(4);
    await outputs.markAsDuplicates(images.slice(0, 2));
    await outputs.claimAndRecord(
      images.slice(0, 1),
      completedWithOutputs({ audit: ['too_small', 'animated'] }),
    );
    await outputs.claimAndRecord(images.slice(2, 3), completedWithOutputs({ audit: [] }));
    await outputs.claimAndRecord(images.slice(3), FAILED_RESULT);
    expect(await outputs.countAuditResults(id)).toEqual({ too_small: 2, animated: 2, pass: 1 });
    expect(await processing.rows.findImage(images[1])).toMatchObject({
      audit: 'too_small,animated',
    });
    expect(await processing.rows.findImage(images[2])).toMatchObject({ audit: '' });
    expect(await processing.rows.findImage(images[3])).toMatchObject({ audit: null });
  });

  it('RequestTransitionsRepository.removeRequest() deletes outputs and counters, and releases unshared artifacts for garbage collection', async () => {
    const [firstRequest, secondRequest] = [
      await outputs.insertRequest(3),
      await outputs.insertRequest(1),
    ];
    await outputs.markAsDuplicates(firstRequest.images.slice(0, 2));
    await outputs.claimAndRecord(
      [firstRequest.images[0], firstRequest.images[2]],
      completedWithOutputs({ audit: ['too_small'] }),
    );
    // The second request uses one of the artifacts, but only as an additional output.
    await outputs.claimAndRecord(
      secondRequest.images,
      completedResult({
        additionalOutputs: [toOutcomeOutput(SMALL_KEY, 100), toOutcomeOutput(SMALL_KEY, 100)],
      }),
    );
    expect(await processing.transitions.removeRequest(firstRequest.id)).toBe('changed');
    await processing.finishOperation(firstRequest.id);
    expect(await outputs.findStoredOutputs(firstRequest.id)).toEqual([]);
    expect(await outputs.readOutputBytes(firstRequest.id)).toEqual([]);
    expect(await outputs.countAuditResults(firstRequest.id)).toEqual({});
    expect(await outputs.findUnusedKeys()).toEqual([LARGE_KEY, FALLBACK_KEY]);
    const artifacts = new ArtifactsRepository(processing.rows.dataSource);
    expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(2);
    expect(await outputs.findStoredOutputs(secondRequest.id)).toHaveLength(2);
  });

  it('RequestTransitionsRepository.cancelRequest() keeps completed outputs and reports their bytes in the webhook', async () => {
    const { id, images } = await outputs.insertRequest(2);
    await outputs.claimAndRecord(images.slice(0, 1));
    await processing.transitions.cancelRequest(id);
    await processing.finishOperation(id);
    const [{ payload }] = await processing.rows.findDeliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      type: 'request.cancelled',
      data: { outputs: [{ bytes_out: 400 }, { bytes_out: 100 }, { bytes_out: 50 }] },
    });
    expect(await outputs.findStoredOutputs(id)).toHaveLength(2);
  });

  it('RequestTransitionsRepository.retryRequest() adds the outputs of retried images to the existing outputs', async () => {
    const { id, images } = await outputs.insertRequest(2);
    await outputs.claimAndRecord(images.slice(0, 1));
    await outputs.claimAndRecord(images.slice(1), FAILED_RESULT);
    await processing.transitions.retryRequest(id);
    await processing.finishOperation(id);
    await outputs.claimAndRecord(images.slice(1));
    expect(await outputs.findStoredOutputs(id)).toHaveLength(4);
    expect(await outputs.readOutputBytes(id)).toEqual([200, 100]);
  });
});
