import { describe, expect, it } from 'vitest';
import { completedResult } from '../../../../test/support/processing-fixture.js';
import {
  FALLBACK_KEY,
  KEYS,
  LARGE_KEY,
  OUTPUTS,
  toOutcomeOutput,
  SMALL_KEY,
  completedWithOutputs,
  OutputsFixture,
} from '../../../../test/support/outputs-fixture.js';
import { ArtifactRepairRepository } from './artifact-repair.js';
import { ArtifactVerificationRepository } from './artifact-verification.js';
import { StorageUsageRepository } from './storage-usage.js';

const outputs = OutputsFixture.forThisFile();
const { processing } = outputs;

describe('StorageUsageRepository with several outputs', () => {
  it('StorageUsageRepository.sumBytesByOwner() counts the artifacts of additional outputs', async () => {
    const { images } = await processing.rows.insertRequest(1, { outputs: OUTPUTS, owner: 'shop' });
    await outputs.claimAndRecord(images);
    const owners = await new StorageUsageRepository(processing.rows.dataSource).sumBytesByOwner(10);
    expect(owners.find(({ owner }) => owner === 'shop')).toEqual({ owner: 'shop', bytes: 1200 });
  });
});

describe('ArtifactRepairRepository with several outputs', () => {
  const repairArtifact = (key: string) =>
    new ArtifactRepairRepository(processing.rows.dataSource).repairArtifact(key, async () => true);

  it('ArtifactRepairRepository marks an image as pending if the file of an additional output is lost', async () => {
    const { id, images } = await outputs.insertRequest(4);
    await outputs.markAsDuplicates(images.slice(0, 2));
    await outputs.claimAndRecord(
      [images[0], images[2]],
      completedWithOutputs({ audit: ['too_small'] }),
    );
    await outputs.claimAndRecord(
      images.slice(3),
      completedResult({
        additionalOutputs: [toOutcomeOutput(SMALL_KEY, 10), toOutcomeOutput(SMALL_KEY, 10)],
        audit: [],
      }),
    );
    expect(await repairArtifact(FALLBACK_KEY)).toEqual({ pending: 3, cancelled: 0 });
    expect(await processing.countByStatus(id)).toEqual({ pending: 3, completed: 1 });
    expect(await outputs.readOutputBytes(id)).toEqual([10, 10]);
    expect(await outputs.countAuditResults(id)).toEqual({ too_small: 0, pass: 1 });
    expect(await processing.rows.findRequest(id)).toMatchObject({
      status: 'pending',
      imagesCompleted: 1,
      bytesIn: '1000',
      bytesOut: '400',
    });
    expect(await outputs.findStoredOutputs(id)).toHaveLength(2);
    expect(await outputs.findUnusedKeys()).toEqual([LARGE_KEY, FALLBACK_KEY]);

    for (const key of KEYS) await processing.rows.insertArtifact(key);
    await outputs.claimAndRecord([images[0], images[2]], completedWithOutputs({ audit: [] }));
    expect(await outputs.readOutputBytes(id)).toEqual([310, 160]);
    expect(await outputs.countAuditResults(id)).toEqual({ too_small: 0, pass: 4 });
    expect(await processing.readCounters(id)).toEqual(await processing.countEndedImages(id));
    expect(await outputs.findUnusedKeys()).toEqual([]);
  });

  it('ArtifactVerificationRepository finds the images that use an additional output, and outputs without an artifact', async () => {
    const { id, images } = await outputs.insertRequest(3);
    await outputs.markAsDuplicates(images.slice(0, 2));
    await outputs.claimAndRecord([images[0], images[2]]);
    const verification = new ArtifactVerificationRepository(processing.rows.dataSource);
    const usingImages: unknown[] = [];
    for await (const page of verification.listImagesUsing(SMALL_KEY, 2)) usingImages.push(...page);
    expect(usingImages).toEqual([1, 2, 3].map((row) => ({ requestId: id, row, position: 1 })));

    await processing.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [SMALL_KEY]);
    const unrecordedImages = [];
    for await (const page of verification.listUnrecordedOutputs(1)) unrecordedImages.push(...page);
    const keys = new Map(unrecordedImages.map(({ row, key }) => [row, key]));
    expect(keys).toEqual(
      new Map([
        [1, SMALL_KEY],
        [2, SMALL_KEY],
        [3, SMALL_KEY],
      ]),
    );
    expect(await verification.isUnrecorded(unrecordedImages[0])).toBe(true);
    await repairArtifact(SMALL_KEY);
    expect(await verification.isUnrecorded(unrecordedImages[0])).toBe(false);
  });
});
