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

  /** A request whose image `i` has the artifact of `keys[i]`. */
  const withArtifacts = async (keys: string) => {
    const { id, images } = await work.rows.insertRequest(keys.length);
    const claimed = new Map((await work.claimImages(images)).map((image) => [image.id, image]));
    for (const [i, letter] of Array.from(keys).entries()) {
      const artifactKey = letter.repeat(64);
      await work.rows.insertArtifact(artifactKey);
      await work.recordResult([claimed.get(images[i])!], completedResult({ artifactKey }));
    }
    return { id, images };
  };

  it('ReportsRepository.findExactDuplicates() returns the first images of each group, largest group first', async () => {
    await withArtifacts('aabb');
    const { id, images } = await withArtifacts('abcbcbd');
    const at = (...positions: number[]) => positions.map((position) => images[position]);
    expect(await reports.findExactDuplicates(id, 5, 2)).toEqual([
      { images: 3, ids: at(1, 3) },
      { images: 2, ids: at(2, 4) },
    ]);
    expect(await reports.findExactDuplicates(id, 1, 5)).toEqual([{ images: 3, ids: at(1, 3, 5) }]);
  });

  it('ReportsRepository.findExactDuplicates() omits groups with only one URL', async () => {
    const { id, images } = await withArtifacts('eef');
    await work.rows.dataSource.query(
      `UPDATE images SET input_url = 'http://localhost/1.jpg' WHERE id = ANY($1)`,
      [images.slice(0, 2)],
    );
    expect(await reports.findExactDuplicates(id, 5, 5)).toEqual([]);
  });
});
