import { describe, expect, it } from 'vitest';
import { completed } from '../../../../test/support/row-work.js';
import {
  FALLBACK,
  KEYS,
  LARGE,
  OUTPUTS,
  output,
  SMALL,
  withOutputs,
  SeveralOutputs,
} from '../../../../test/support/several-outputs.js';
import { ArtifactRepairRepository } from './artifact-repair.js';
import { ArtifactVerificationRepository } from './artifact-verification.js';
import { StorageUsageRepository } from './storage-usage.js';

const outputs = SeveralOutputs.forThisFile();
const { work } = outputs;

describe('StorageUsageRepository with several outputs', () => {
  it('sumBytesByOwner() counts the artifacts of additional outputs', async () => {
    const { images } = await work.rows.request(1, { outputs: OUTPUTS, owner: 'shop' });
    await outputs.end(images);
    const owners = await new StorageUsageRepository(work.rows.dataSource).sumBytesByOwner(10);
    expect(owners.find(({ owner }) => owner === 'shop')).toEqual({ owner: 'shop', bytes: 1200 });
  });
});

describe('ArtifactRepairRepository with several outputs', () => {
  const repair = (key: string) =>
    new ArtifactRepairRepository(work.rows.dataSource).repairArtifact(key, async () => true);

  it('ArtifactRepairRepository marks an image as pending if the file of an additional output is lost', async () => {
    const { id, images } = await outputs.request(4);
    await outputs.follow(images.slice(0, 2));
    await outputs.end([images[0], images[2]], withOutputs({ audit: ['too_small'] }));
    await outputs.end(
      images.slice(3),
      completed({ additionalOutputs: [output(SMALL, 10), output(SMALL, 10)], audit: [] }),
    );
    expect(await repair(FALLBACK)).toEqual({ pending: 3, cancelled: 0 });
    expect(await work.statuses(id)).toEqual({ pending: 3, completed: 1 });
    expect(await outputs.bytes(id)).toEqual([10, 10]);
    expect(await outputs.audits(id)).toEqual({ too_small: 0, pass: 1 });
    expect(await work.rows.find(id)).toMatchObject({
      status: 'pending',
      imagesCompleted: 1,
      bytesIn: '1000',
      bytesOut: '400',
    });
    expect(await outputs.stored(id)).toHaveLength(2);
    expect(await outputs.unused()).toEqual([LARGE, FALLBACK]);

    for (const key of KEYS) await work.rows.artifact(key);
    await outputs.end([images[0], images[2]], withOutputs({ audit: [] }));
    expect(await outputs.bytes(id)).toEqual([310, 160]);
    expect(await outputs.audits(id)).toEqual({ too_small: 0, pass: 4 });
    expect(await work.counters(id)).toEqual(await work.tally(id));
    expect(await outputs.unused()).toEqual([]);
  });

  it('ArtifactVerificationRepository finds the images that use an additional output, and outputs without an artifact', async () => {
    const { id, images } = await outputs.request(3);
    await outputs.follow(images.slice(0, 2));
    await outputs.end([images[0], images[2]]);
    const verification = new ArtifactVerificationRepository(work.rows.dataSource);
    const usingImages: unknown[] = [];
    for await (const page of verification.listImagesUsing(SMALL, 2)) usingImages.push(...page);
    expect(usingImages).toEqual([1, 2, 3].map((row) => ({ requestId: id, row, position: 1 })));

    await work.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [SMALL]);
    const unrecorded = [];
    for await (const page of verification.listUnrecordedOutputs(1)) unrecorded.push(...page);
    const keys = new Map(unrecorded.map(({ row, key }) => [row, key]));
    expect(keys).toEqual(
      new Map([
        [1, SMALL],
        [2, SMALL],
        [3, SMALL],
      ]),
    );
    expect(await verification.isUnrecorded(unrecorded[0])).toBe(true);
    await repair(SMALL);
    expect(await verification.isUnrecorded(unrecorded[0])).toBe(false);
  });
});
