import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  completedResult,
  FAILED_RESULT,
  toOutcome,
} from '../../../../test/support/processing-fixture.js';
import {
  FALLBACK,
  LARGE,
  toOutcomeOutput,
  SMALL,
  completedWithOutputs,
  OutputsFixture,
} from '../../../../test/support/outputs-fixture.js';
import { ArtifactsRepository } from './artifacts.js';

const outputs = OutputsFixture.forThisFile();
const { processing } = outputs;

describe('OutcomesRepository with several outputs', () => {
  it('OutcomesRepository stores all outputs of an image and counts the bytes of each', async () => {
    const { id, images } = await outputs.insertRequest(2);
    expect((await outputs.claimAndRecord(images)).endedRequests).toEqual([
      { id, status: 'completed' },
    ]);
    expect(await outputs.findStoredOutputs(id)).toEqual([
      { output: 1, artifactKey: SMALL, bytesOut: 100 },
      { output: 2, artifactKey: FALLBACK, bytesOut: 50 },
      { output: 1, artifactKey: SMALL, bytesOut: 100 },
      { output: 2, artifactKey: FALLBACK, bytesOut: 50 },
    ]);
    expect(await outputs.readOutputBytes(id)).toEqual([200, 100]);
    expect(await processing.rows.findRequest(id)).toMatchObject({
      bytesIn: '2000',
      bytesOut: '800',
    });
    expect(await processing.rows.findImage(images[0])).toMatchObject({
      artifactKey: LARGE,
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

  it('OutcomesRepository counts the outputs of duplicates and stores them once', async () => {
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

  it('OutcomesRepository counts the outputs of an image once, however often the image is recorded', async () => {
    const { id, images } = await outputs.insertRequest(2);
    const claimed = await processing.claimImages(images.slice(0, 1));
    await outputs.recordOutcomes(claimed);
    expect((await outputs.recordOutcomes(claimed)).imageIds).toEqual([]);
    expect(await outputs.findStoredOutputs(id)).toHaveLength(2);
    expect(await outputs.readOutputBytes(id)).toEqual([100, 50]);
  });

  it('OutcomesRepository stores no output of a worker that lost its lease', async () => {
    const { id, images } = await outputs.insertRequest(1);
    const [stale] = await processing.images.claim([{ id: images[0], lease: randomUUID() }], -1);
    await processing.images.requeueExpired();
    expect((await outputs.recordOutcomes([stale])).imageIds).toEqual([]);
    expect(await outputs.findStoredOutputs(id)).toEqual([]);
    expect(await outputs.readOutputBytes(id)).toEqual([]);
  });

  it('OutcomesRepository records nothing for an image when one of its outputs was garbage-collected', async () => {
    const { id, images } = await outputs.insertRequest(2);
    await processing.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [FALLBACK]);
    const [lost, other] = await processing.claimImages(images);
    const found = { ...toOutcomeOutput(FALLBACK, 50), made: false };
    const { imageIds } = await processing.outcomes.recordOutcomes([
      {
        ...toOutcome(
          lost,
          completedWithOutputs({ additionalOutputs: [toOutcomeOutput(SMALL, 100), found] }),
        ),
        hasOutputs: true,
      },
      {
        ...toOutcome(
          other,
          completedWithOutputs({
            additionalOutputs: [toOutcomeOutput(SMALL, 100), toOutcomeOutput(LARGE, 70)],
          }),
        ),
        hasOutputs: true,
      },
    ]);
    expect(imageIds).toEqual([other.id]);
    expect(await outputs.findStoredOutputs(id)).toHaveLength(2);
    expect(await outputs.readOutputBytes(id)).toEqual([100, 70]);
    expect(await processing.rows.findImage(lost.id)).toMatchObject({
      status: 'processing',
      artifactKey: null,
    });
  });

  it('OutcomesRepository reports the size of each output when the last image fails', async () => {
    const { id, images } = await outputs.insertRequest(2);
    await outputs.claimAndRecord(images.slice(0, 1));
    await outputs.claimAndRecord(images.slice(1), FAILED_RESULT);
    const [{ payload }] = await processing.rows.findDeliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      data: { failed: 1, outputs: [{ bytes_out: 400 }, { bytes_out: 100 }, { bytes_out: 50 }] },
    });
  });

  it('OutcomesRepository counts exactly when images with several outputs end at the same time', async () => {
    const { id, images } = await outputs.insertRequest(20);
    const claimed = await processing.claimImages(images);
    const answers = await Promise.all(
      claimed.map((image, i) =>
        outputs.recordOutcomes([image], i % 4 ? completedWithOutputs() : FAILED_RESULT),
      ),
    );
    expect(answers.flatMap(({ endedRequests }) => endedRequests)).toHaveLength(1);
    expect(await outputs.readOutputBytes(id)).toEqual([1500, 750]);
    const [{ payload }, ...others] = await processing.rows.findDeliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(payload)).toMatchObject({
      data: { outputs: [{ bytes_out: 6000 }, { bytes_out: 1500 }, { bytes_out: 750 }] },
    });
  });

  it('OutcomesRepository records audit results, including those of duplicates', async () => {
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

  it('A removed request leaves neither outputs nor counters, and its artifacts are garbage-collected', async () => {
    const [first, second] = [await outputs.insertRequest(3), await outputs.insertRequest(1)];
    await outputs.markAsDuplicates(first.images.slice(0, 2));
    await outputs.claimAndRecord(
      [first.images[0], first.images[2]],
      completedWithOutputs({ audit: ['too_small'] }),
    );
    // The second request uses one of the artifacts, as its further output only.
    await outputs.claimAndRecord(
      second.images,
      completedResult({
        additionalOutputs: [toOutcomeOutput(SMALL, 100), toOutcomeOutput(SMALL, 100)],
      }),
    );
    expect(await processing.transitions.remove(first.id)).toBe('moved');
    await processing.finishOperation(first.id);
    expect(await outputs.findStoredOutputs(first.id)).toEqual([]);
    expect(await outputs.readOutputBytes(first.id)).toEqual([]);
    expect(await outputs.countAuditResults(first.id)).toEqual({});
    expect(await outputs.findUnusedKeys()).toEqual([LARGE, FALLBACK]);
    const artifacts = new ArtifactsRepository(processing.rows.dataSource);
    expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(2);
    expect(await outputs.findStoredOutputs(second.id)).toHaveLength(2);
  });

  it('A canceled request keeps its completed outputs, and its delivery reports their bytes', async () => {
    const { id, images } = await outputs.insertRequest(2);
    await outputs.claimAndRecord(images.slice(0, 1));
    await processing.transitions.cancel(id);
    await processing.finishOperation(id);
    const [{ payload }] = await processing.rows.findDeliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      type: 'request.cancelled',
      data: { outputs: [{ bytes_out: 400 }, { bytes_out: 100 }, { bytes_out: 50 }] },
    });
    expect(await outputs.findStoredOutputs(id)).toHaveLength(2);
  });

  it('A retry of failed images adds their outputs to the existing ones', async () => {
    const { id, images } = await outputs.insertRequest(2);
    await outputs.claimAndRecord(images.slice(0, 1));
    await outputs.claimAndRecord(images.slice(1), FAILED_RESULT);
    await processing.transitions.retry(id);
    await processing.finishOperation(id);
    await outputs.claimAndRecord(images.slice(1));
    expect(await outputs.findStoredOutputs(id)).toHaveLength(4);
    expect(await outputs.readOutputBytes(id)).toEqual([200, 100]);
  });
});
