import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { completed, failed, outcomeOf } from '../../../../test/support/row-work.js';
import {
  FALLBACK,
  LARGE,
  output,
  SMALL,
  withOutputs,
  SeveralOutputs,
} from '../../../../test/support/several-outputs.js';
import { ArtifactsRepository } from './artifacts.js';

const outputs = SeveralOutputs.forThisFile();
const { work } = outputs;

describe('Repositories with several outputs per image', () => {
  it('recordOutcomes() stores all outputs of an image and counts the bytes of each output', async () => {
    const { id, images } = await outputs.request(2);
    expect((await outputs.end(images)).finishedRequests).toEqual([{ id, status: 'completed' }]);
    expect(await outputs.stored(id)).toEqual([
      { output: 1, artifactKey: SMALL, bytesOut: 100 },
      { output: 2, artifactKey: FALLBACK, bytesOut: 50 },
      { output: 1, artifactKey: SMALL, bytesOut: 100 },
      { output: 2, artifactKey: FALLBACK, bytesOut: 50 },
    ]);
    expect(await outputs.bytes(id)).toEqual([200, 100]);
    expect(await work.rows.find(id)).toMatchObject({ bytesIn: '2000', bytesOut: '800' });
    expect(await work.rows.image(images[0])).toMatchObject({ artifactKey: LARGE, bytesOut: 400 });
    const [{ payload }] = await work.rows.deliveries(id);
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
    const { id, images } = await outputs.request(4);
    await outputs.follow(images);
    await outputs.end(images.slice(0, 1));
    expect(await outputs.stored(id)).toHaveLength(2);
    expect(await outputs.bytes(id)).toEqual([400, 200]);
    expect(await work.rows.find(id)).toMatchObject({ status: 'completed', bytesOut: '1600' });
  });

  it('recordOutcomes() counts the outputs of an image only once if its outcome is recorded twice', async () => {
    const { id, images } = await outputs.request(2);
    const claimedImages = await work.claim(images.slice(0, 1));
    await outputs.record(claimedImages);
    expect((await outputs.record(claimedImages)).imageIds).toEqual([]);
    expect(await outputs.stored(id)).toHaveLength(2);
    expect(await outputs.bytes(id)).toEqual([100, 50]);
  });

  it('recordOutcomes() stores no outputs of a worker that lost its lease', async () => {
    const { id, images } = await outputs.request(1);
    const [staleClaim] = await work.images.claimImages(
      [{ id: images[0], lease: randomUUID() }],
      -1,
    );
    await work.images.requeueExpiredImages();
    expect((await outputs.record([staleClaim])).imageIds).toEqual([]);
    expect(await outputs.stored(id)).toEqual([]);
    expect(await outputs.bytes(id)).toEqual([]);
  });

  it('recordOutcomes() ignores an image if one of its outputs was garbage-collected', async () => {
    const { id, images } = await outputs.request(2);
    await work.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [FALLBACK]);
    const [affectedImage, otherImage] = await work.claim(images);
    const collectedOutput = { ...output(FALLBACK, 50), isNew: false };
    const { imageIds } = await work.outcomes.recordOutcomes([
      {
        ...outcomeOf(
          affectedImage,
          withOutputs({ additionalOutputs: [output(SMALL, 100), collectedOutput] }),
        ),
        hasOutputs: true,
      },
      {
        ...outcomeOf(
          otherImage,
          withOutputs({ additionalOutputs: [output(SMALL, 100), output(LARGE, 70)] }),
        ),
        hasOutputs: true,
      },
    ]);
    expect(imageIds).toEqual([otherImage.id]);
    expect(await outputs.stored(id)).toHaveLength(2);
    expect(await outputs.bytes(id)).toEqual([100, 70]);
    expect(await work.rows.image(affectedImage.id)).toMatchObject({
      status: 'processing',
      artifactKey: null,
    });
  });

  it('recordOutcomes() reports the size of each output in the webhook, even if the last image fails', async () => {
    const { id, images } = await outputs.request(2);
    await outputs.end(images.slice(0, 1));
    await outputs.end(images.slice(1), failed);
    const [{ payload }] = await work.rows.deliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      data: { failed: 1, outputs: [{ bytes_out: 400 }, { bytes_out: 100 }, { bytes_out: 50 }] },
    });
  });

  it('recordOutcomes() counts the outputs of each image once if several images finish at the same time', async () => {
    const { id, images } = await outputs.request(20);
    const claimedImages = await work.claim(images);
    const results = await Promise.all(
      claimedImages.map((image, index) =>
        outputs.record([image], index % 4 ? withOutputs() : failed),
      ),
    );
    expect(results.flatMap(({ finishedRequests }) => finishedRequests)).toHaveLength(1);
    expect(await outputs.bytes(id)).toEqual([1500, 750]);
    const [{ payload }, ...others] = await work.rows.deliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(payload)).toMatchObject({
      data: { outputs: [{ bytes_out: 6000 }, { bytes_out: 1500 }, { bytes_out: 750 }] },
    });
  });

  it('recordOutcomes() records audit results, including the results of duplicates', async () => {
    const { id, images } = await outputs.request(4);
    await outputs.follow(images.slice(0, 2));
    await outputs.end(images.slice(0, 1), withOutputs({ audit: ['too_small', 'animated'] }));
    await outputs.end(images.slice(2, 3), withOutputs({ audit: [] }));
    await outputs.end(images.slice(3), failed);
    expect(await outputs.audits(id)).toEqual({ too_small: 2, animated: 2, pass: 1 });
    expect(await work.rows.image(images[1])).toMatchObject({ audit: 'too_small,animated' });
    expect(await work.rows.image(images[2])).toMatchObject({ audit: '' });
    expect(await work.rows.image(images[3])).toMatchObject({ audit: null });
  });

  it('removeRequest() deletes outputs and counters, and releases unshared artifacts for garbage collection', async () => {
    const [first, second] = [await outputs.request(3), await outputs.request(1)];
    await outputs.follow(first.images.slice(0, 2));
    await outputs.end([first.images[0], first.images[2]], withOutputs({ audit: ['too_small'] }));
    // The second request uses one of the artifacts, but only as an additional output.
    await outputs.end(
      second.images,
      completed({ additionalOutputs: [output(SMALL, 100), output(SMALL, 100)] }),
    );
    expect(await work.transitions.removeRequest(first.id)).toBe('changed');
    await work.finishOperation(first.id);
    expect(await outputs.stored(first.id)).toEqual([]);
    expect(await outputs.bytes(first.id)).toEqual([]);
    expect(await outputs.audits(first.id)).toEqual({});
    expect(await outputs.unused()).toEqual([LARGE, FALLBACK]);
    const artifacts = new ArtifactsRepository(work.rows.dataSource);
    expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(2);
    expect(await outputs.stored(second.id)).toHaveLength(2);
  });

  it('cancelRequest() keeps completed outputs and reports their bytes in the webhook', async () => {
    const { id, images } = await outputs.request(2);
    await outputs.end(images.slice(0, 1));
    await work.transitions.cancelRequest(id);
    await work.finishOperation(id);
    const [{ payload }] = await work.rows.deliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      type: 'request.cancelled',
      data: { outputs: [{ bytes_out: 400 }, { bytes_out: 100 }, { bytes_out: 50 }] },
    });
    expect(await outputs.stored(id)).toHaveLength(2);
  });

  it('retryRequest() adds the outputs of retried images to the existing outputs', async () => {
    const { id, images } = await outputs.request(2);
    await outputs.end(images.slice(0, 1));
    await outputs.end(images.slice(1), failed);
    await work.transitions.retryRequest(id);
    await work.finishOperation(id);
    await outputs.end(images.slice(1));
    expect(await outputs.stored(id)).toHaveLength(4);
    expect(await outputs.bytes(id)).toEqual([200, 100]);
  });
});
