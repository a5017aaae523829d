import { beforeAll, describe, expect, it } from 'vitest';
import { completedResult, ProcessingFixture } from '../../../../test/support/processing-fixture.js';
import { Env } from '../../config/env.js';
import { ReadConnections } from '../read-connections.js';
import { ReportsRepository } from './reports.js';

const work = ProcessingFixture.forThisFile();

describe('ReportsRepository.findExactDuplicates()', () => {
  let reports: ReportsRepository;
  beforeAll(() => {
    reports = new ReportsRepository(new ReadConnections(work.rows.dataSource, new Env()));
  });

  /** Creates a request with one image for each letter. Images with the same letter have the same artifact. */
  const createRequest = async (letters: string) => {
    const { id, images } = await work.rows.insertRequest(letters.length);
    const claimedImages = new Map(
      (await work.claimImages(images)).map((image) => [image.id, image]),
    );
    for (const [index, letter] of Array.from(letters).entries()) {
      const artifactKey = letter.repeat(64);
      await work.rows.insertArtifact(artifactKey);
      await work.recordResult(
        [claimedImages.get(images[index])!],
        completedResult({ artifactKey }),
      );
    }
    return { id, images };
  };

  it('ReportsRepository.findExactDuplicates() returns the first images of each group, with the largest group first', async () => {
    await createRequest('aabb');
    const { id, images } = await createRequest('abcbcbd');
    const getIds = (...indexes: number[]) => indexes.map((index) => images[index]);
    expect(await reports.findExactDuplicates(id, 5, 2)).toEqual([
      { images: 3, ids: getIds(1, 3) },
      { images: 2, ids: getIds(2, 4) },
    ]);
    expect(await reports.findExactDuplicates(id, 1, 5)).toEqual([
      { images: 3, ids: getIds(1, 3, 5) },
    ]);
  });

  it('ReportsRepository.findExactDuplicates() omits a group whose images all have the same URL', async () => {
    const { id, images } = await createRequest('eef');
    await work.rows.dataSource.query(
      `UPDATE images SET input_url = 'http://localhost/1.jpg' WHERE id = ANY($1)`,
      [images.slice(0, 2)],
    );
    expect(await reports.findExactDuplicates(id, 5, 5)).toEqual([]);
  });
});
