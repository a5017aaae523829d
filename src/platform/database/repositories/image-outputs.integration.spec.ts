import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { completed, failed, outcomeOf, RowWork } from '../../../../test/support/row-work.js';
import type { ImageOutput } from '../entities/image-output.entity.js';
import type { RequestOutput } from '../request-output.js';
import type { CompletedOutcome, OutcomeOutput } from '../statements/outcome.js';
import { ArtifactRepairRepository } from './artifact-repair.js';
import { ArtifactVerificationRepository } from './artifact-verification.js';
import { ArtifactsRepository } from './artifacts.js';
import { StorageUsageRepository } from './storage-usage.js';

const work = RowWork.forThisFile();
const OUTPUTS: RequestOutput[] = ['large', 'small', 'fallback'].map((name) => ({
  name,
  options: { quality: 50, format: 'webp' },
}));
const KEYS = ['b', 'c', 'd'].map((digit) => digit.repeat(64));
const [LARGE, SMALL, FALLBACK] = KEYS;

const output = (artifactKey: string, bytesOut: number): OutcomeOutput => ({
  artifactKey,
  format: 'webp',
  width: 400,
  height: 300,
  bytesOut,
  keptOriginal: false,
  made: true,
});
const withOutputs = (overrides: Partial<CompletedOutcome> = {}): CompletedOutcome =>
  completed({
    artifactKey: LARGE,
    furtherOutputs: [output(SMALL, 100), output(FALLBACK, 50)],
    ...overrides,
  });

const request = (images: number) => work.rows.request(images, { outputs: OUTPUTS });
const end = async (ids: string[], result: CompletedOutcome | typeof failed = withOutputs()) =>
  record(await work.claim(ids), result);
const record = (claimed: { id: string; lease: string }[], result = withOutputs() as object) =>
  work.outcomes.recordOutcomes(
    claimed.map((image) => ({ ...outcomeOf(image, result as never), hasOutputs: true })),
  );
const follow = (ids: string[]) =>
  work.rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = ANY($2)', [
    ids[0],
    ids.slice(1),
  ]);

const stored = (id: string) =>
  work.rows.dataSource.query<ImageOutput[]>(
    `SELECT output, artifact_key AS "artifactKey", bytes_out AS "bytesOut" FROM image_outputs
     WHERE request_id = $1 ORDER BY image_id, output`,
    [id],
  );
const bytes = async (id: string) => {
  const rows = await work.rows.dataSource.query<{ bytes: string }[]>(
    'SELECT bytes_out AS bytes FROM request_outputs WHERE request_id = $1 ORDER BY output',
    [id],
  );
  return rows.map((row) => Number(row.bytes));
};
const audits = async (id: string) => {
  const rows = await work.rows.dataSource.query<{ reason: string; images: number }[]>(
    'SELECT reason, images FROM request_audits WHERE request_id = $1',
    [id],
  );
  return Object.fromEntries(rows.map(({ reason, images }) => [reason, images]));
};
const unused = async () => {
  const rows = await work.rows.dataSource.query<{ key: string }[]>(
    'SELECT key FROM artifacts WHERE key = ANY($1) AND sweep_after <= now() ORDER BY key',
    [KEYS],
  );
  return rows.map(({ key }) => key);
};

/** No image of an earlier test uses the artifacts. */
beforeEach(async () => {
  await work.rows.dataSource.query('DELETE FROM image_outputs');
  await work.rows.dataSource.query('DELETE FROM images');
  await work.rows.dataSource.query('DELETE FROM artifacts WHERE key = ANY($1)', [KEYS]);
  for (const key of KEYS) await work.rows.artifact(key);
});

describe('OutcomesRepository with several outputs', () => {
  it('OutcomesRepository stores all outputs of an image and counts the bytes of each', async () => {
    const { id, images } = await request(2);
    expect((await end(images)).endedRequests).toEqual([{ id, status: 'completed' }]);
    expect(await stored(id)).toEqual([
      { output: 1, artifactKey: SMALL, bytesOut: 100 },
      { output: 2, artifactKey: FALLBACK, bytesOut: 50 },
      { output: 1, artifactKey: SMALL, bytesOut: 100 },
      { output: 2, artifactKey: FALLBACK, bytesOut: 50 },
    ]);
    expect(await bytes(id)).toEqual([200, 100]);
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

  it('OutcomesRepository counts the outputs of duplicates and stores them once', async () => {
    const { id, images } = await request(4);
    await follow(images);
    await end(images.slice(0, 1));
    expect(await stored(id)).toHaveLength(2);
    expect(await bytes(id)).toEqual([400, 200]);
    expect(await work.rows.find(id)).toMatchObject({ status: 'completed', bytesOut: '1600' });
  });

  it('OutcomesRepository counts the outputs of an image once, however often it is recorded', async () => {
    const { id, images } = await request(2);
    const claimed = await work.claim(images.slice(0, 1));
    await record(claimed);
    expect((await record(claimed)).imageIds).toEqual([]);
    expect(await stored(id)).toHaveLength(2);
    expect(await bytes(id)).toEqual([100, 50]);
  });

  it('OutcomesRepository stores no output of a worker that lost its lease', async () => {
    const { id, images } = await request(1);
    const [stale] = await work.images.claim([{ id: images[0], lease: randomUUID() }], -1);
    await work.images.requeueExpired();
    expect((await record([stale])).imageIds).toEqual([]);
    expect(await stored(id)).toEqual([]);
    expect(await bytes(id)).toEqual([]);
  });

  it('OutcomesRepository records nothing of an image when one of its outputs was collected', async () => {
    const { id, images } = await request(2);
    await work.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [FALLBACK]);
    const [lost, other] = await work.claim(images);
    const found = { ...output(FALLBACK, 50), made: false };
    const { imageIds } = await work.outcomes.recordOutcomes([
      {
        ...outcomeOf(lost, withOutputs({ furtherOutputs: [output(SMALL, 100), found] })),
        hasOutputs: true,
      },
      {
        ...outcomeOf(
          other,
          withOutputs({ furtherOutputs: [output(SMALL, 100), output(LARGE, 70)] }),
        ),
        hasOutputs: true,
      },
    ]);
    expect(imageIds).toEqual([other.id]);
    expect(await stored(id)).toHaveLength(2);
    expect(await bytes(id)).toEqual([100, 70]);
    expect(await work.rows.image(lost.id)).toMatchObject({
      status: 'processing',
      artifactKey: null,
    });
  });

  it('OutcomesRepository sends the bytes of all outputs when a failed image ends the request', async () => {
    const { id, images } = await request(2);
    await end(images.slice(0, 1));
    await end(images.slice(1), failed);
    const [{ payload }] = await work.rows.deliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      data: { failed: 1, outputs: [{ bytes_out: 400 }, { bytes_out: 100 }, { bytes_out: 50 }] },
    });
  });

  it('OutcomesRepository counts exactly when images with several outputs end at the same time', async () => {
    const { id, images } = await request(20);
    const claimed = await work.claim(images);
    const answers = await Promise.all(
      claimed.map((image, i) => record([image], i % 4 ? withOutputs() : failed)),
    );
    expect(answers.flatMap(({ endedRequests }) => endedRequests)).toHaveLength(1);
    expect(await bytes(id)).toEqual([1500, 750]);
    const [{ payload }, ...others] = await work.rows.deliveries(id);
    expect(others).toEqual([]);
    expect(JSON.parse(payload)).toMatchObject({
      data: { outputs: [{ bytes_out: 6000 }, { bytes_out: 1500 }, { bytes_out: 750 }] },
    });
  });

  it('OutcomesRepository records the results of audits, also for duplicates', async () => {
    const { id, images } = await request(4);
    await follow(images.slice(0, 2));
    await end(images.slice(0, 1), withOutputs({ audit: ['too_small', 'animated'] }));
    await end(images.slice(2, 3), withOutputs({ audit: [] }));
    await end(images.slice(3), failed);
    expect(await audits(id)).toEqual({ too_small: 2, animated: 2, pass: 1 });
    expect(await work.rows.image(images[1])).toMatchObject({ audit: 'too_small,animated' });
    expect(await work.rows.image(images[2])).toMatchObject({ audit: '' });
    expect(await work.rows.image(images[3])).toMatchObject({ audit: null });
  });

  it('a removed request leaves neither outputs nor counters, and its artifacts are collected', async () => {
    const [first, second] = [await request(3), await request(1)];
    await follow(first.images.slice(0, 2));
    await end([first.images[0], first.images[2]], withOutputs({ audit: ['too_small'] }));
    // The second request uses one of the artifacts, as its further output only.
    await end(
      second.images,
      completed({ furtherOutputs: [output(SMALL, 100), output(SMALL, 100)] }),
    );
    expect(await work.moves.remove(first.id)).toBe('moved');
    await work.finishOperation(first.id);
    expect(await stored(first.id)).toEqual([]);
    expect(await bytes(first.id)).toEqual([]);
    expect(await audits(first.id)).toEqual({});
    expect(await unused()).toEqual([LARGE, FALLBACK]);
    const artifacts = new ArtifactsRepository(work.rows.dataSource);
    expect(await artifacts.collectGarbage(10, async () => undefined)).toBe(2);
    expect(await stored(second.id)).toHaveLength(2);
  });

  it('a canceled request keeps its completed outputs, and its delivery has their bytes', async () => {
    const { id, images } = await request(2);
    await end(images.slice(0, 1));
    await work.moves.cancel(id);
    await work.finishOperation(id);
    const [{ payload }] = await work.rows.deliveries(id);
    expect(JSON.parse(payload)).toMatchObject({
      type: 'request.cancelled',
      data: { outputs: [{ bytes_out: 400 }, { bytes_out: 100 }, { bytes_out: 50 }] },
    });
    expect(await stored(id)).toHaveLength(2);
  });

  it('the retry of failed images adds their outputs to those of the others', async () => {
    const { id, images } = await request(2);
    await end(images.slice(0, 1));
    await end(images.slice(1), failed);
    await work.moves.retry(id);
    await work.finishOperation(id);
    await end(images.slice(1));
    expect(await stored(id)).toHaveLength(4);
    expect(await bytes(id)).toEqual([200, 100]);
  });

  it('StorageUsageRepository counts the artifacts of further outputs for their owner', async () => {
    const { images } = await work.rows.request(1, { outputs: OUTPUTS, owner: 'shop' });
    await end(images);
    const owners = await new StorageUsageRepository(work.rows.dataSource).bytesByOwner(10);
    expect(owners.find(({ owner }) => owner === 'shop')).toEqual({ owner: 'shop', bytes: 1200 });
  });
});

describe('ArtifactRepairRepository with several outputs', () => {
  const repair = (key: string) =>
    new ArtifactRepairRepository(work.rows.dataSource).repairArtifact(key, async () => true);

  it('ArtifactRepairRepository returns an image to pending when the file of a further output is lost', async () => {
    const { id, images } = await request(4);
    await follow(images.slice(0, 2));
    await end([images[0], images[2]], withOutputs({ audit: ['too_small'] }));
    await end(
      images.slice(3),
      completed({ furtherOutputs: [output(SMALL, 10), output(SMALL, 10)], audit: [] }),
    );
    expect(await repair(FALLBACK)).toEqual({ pending: 3, cancelled: 0 });
    expect(await work.statuses(id)).toEqual({ pending: 3, completed: 1 });
    expect(await bytes(id)).toEqual([10, 10]);
    expect(await audits(id)).toEqual({ too_small: 0, pass: 1 });
    expect(await work.rows.find(id)).toMatchObject({
      status: 'pending',
      imagesCompleted: 1,
      bytesIn: '1000',
      bytesOut: '400',
    });
    expect(await stored(id)).toHaveLength(2);
    expect(await unused()).toEqual([LARGE, FALLBACK]);

    for (const key of KEYS) await work.rows.artifact(key);
    await end([images[0], images[2]], withOutputs({ audit: [] }));
    expect(await bytes(id)).toEqual([310, 160]);
    expect(await audits(id)).toEqual({ too_small: 0, pass: 4 });
    expect(await work.counters(id)).toEqual(await work.tally(id));
    expect(await unused()).toEqual([]);
  });

  it('ArtifactVerificationRepository finds the images of a further output, and outputs without an artifact', async () => {
    const { id, images } = await request(3);
    await follow(images.slice(0, 2));
    await end([images[0], images[2]]);
    const rows = new ArtifactVerificationRepository(work.rows.dataSource);
    const used: unknown[] = [];
    for await (const page of rows.imagesOf(SMALL, 2)) used.push(...page);
    expect(used).toEqual([1, 2, 3].map((row) => ({ requestId: id, row, position: 1 })));

    await work.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [SMALL]);
    const unrecorded = [];
    for await (const page of rows.unrecordedOutputs(1)) unrecorded.push(...page);
    const keys = new Map(unrecorded.map(({ row, key }) => [row, key]));
    expect(keys).toEqual(
      new Map([
        [1, SMALL],
        [2, SMALL],
        [3, SMALL],
      ]),
    );
    expect(await rows.isUnrecorded(unrecorded[0])).toBe(true);
    await repair(SMALL);
    expect(await rows.isUnrecorded(unrecorded[0])).toBe(false);
  });
});
