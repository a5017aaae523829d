import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completedResult, ProcessingFixture } from '../../../test/support/processing-fixture.js';
import { Env } from '../../platform/config/env.js';
import { ArtifactRepairRepository } from '../../platform/database/repositories/artifact-repair.js';
import { ArtifactVerificationRepository } from '../../platform/database/repositories/artifact-verification.js';
import { DiskArtifactStore } from '../../platform/storage/disk-artifact-store.js';
import { FileVerification, type VerificationOptions } from './file-verification.js';
import type { VerificationProblem } from './verification-totals.js';

const work = ProcessingFixture.forThisFile();
const CONTENT = 'content';

describe('FileVerification', () => {
  let folder: string;
  let store: DiskArtifactStore;
  let requestId: string;
  let keys: string[];

  /** Creates five completed images, each with its own file. */
  beforeEach(async () => {
    await work.rows.dataSource.query('TRUNCATE artifacts, images, processing_requests');
    folder = await mkdtemp(join(tmpdir(), 'pressroom-verify-'));
    store = new DiskArtifactStore(Object.assign(new Env(), { DATA_DIR: folder }));
    await store.onModuleInit();
    const { id, images } = await work.rows.insertRequest(5);
    requestId = id;
    keys = images.map((_, index) => String(index + 1).repeat(64));
    for (const [index, key] of keys.entries()) {
      const content = `${CONTENT} ${index}`;
      const sha256 = createHash('sha256').update(content).digest('hex');
      await work.rows.insertArtifact(key, { bytes: content.length, sha256 });
      await put(key, content);
      await work.recordResult(
        await work.claimImages([images[index]]),
        completedResult({ artifactKey: key }),
      );
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function put(key: string, content: string): Promise<void> {
    const path = store.createTemporaryPath();
    await writeFile(path, content);
    await store.put(path, key, 'jpeg');
  }
  const getFilePath = (key: string) => join(folder, 'artifacts', key.slice(0, 2), `${key}.jpg`);

  async function verify(options: Partial<VerificationOptions> = {}) {
    const { dataSource } = work.rows;
    const verification = new FileVerification(
      {
        rows: new ArtifactVerificationRepository(dataSource),
        repairs: new ArtifactRepairRepository(dataSource),
        store,
      },
      { deep: false, repair: false, ...options },
    );
    const problems: VerificationProblem[] = [];
    for await (const problem of verification.findProblems()) problems.push(problem);
    return { problems, totals: verification.totals };
  }

  it('FileVerification reports no problems if every row has its file', async () => {
    const { problems, totals } = await verify({ deep: true });
    expect(problems).toEqual([]);
    expect(totals).toMatchObject({
      fileCount: 5,
      bytes: 5 * 9,
      problemCount: 0,
      withoutChecksumCount: 0,
    });
  });

  it('FileVerification lists missing files and files of the wrong size with the request, row and position', async () => {
    await unlink(getFilePath(keys[1]));
    await truncate(getFilePath(keys[3]), 4);
    const { problems, totals } = await verify();
    expect(problems).toEqual([
      {
        problem: 'missing',
        file: `22/${keys[1]}.jpg`,
        expectedBytes: 9,
        foundBytes: null,
        image: { requestId, row: 2, position: 1 },
      },
      {
        problem: 'wrong_size',
        file: `44/${keys[3]}.jpg`,
        expectedBytes: 9,
        foundBytes: 4,
        image: { requestId, row: 4, position: 1 },
      },
    ]);
    expect(totals.countsByProblem).toMatchObject({ missing: 1, wrong_size: 1, damaged: 0 });
    expect(totals.countsByRequest.get(requestId)).toMatchObject({ missing: 1, wrong_size: 1 });
  });

  it('FileVerification detects changed content of the same size only with deep: true', async () => {
    await writeFile(getFilePath(keys[0]), 'c0ntent 0');
    expect((await verify()).problems).toEqual([]);
    expect((await verify({ deep: true })).problems).toMatchObject([
      { problem: 'damaged', image: { row: 1 } },
    ]);
  });

  it('FileVerification reports an unreadable file and leaves its image unchanged with repair: true', async () => {
    await rm(join(folder, 'artifacts', '11'), { recursive: true });
    await writeFile(join(folder, 'artifacts', '11'), 'a file where the folder should be');
    const { problems, totals } = await verify({ repair: true });
    expect(problems).toMatchObject([{ problem: 'unreadable', foundBytes: null }]);
    expect(totals).toMatchObject({ problemCount: 1, repairCount: 0 });
    expect(await work.countByStatus(requestId)).toEqual({ completed: 5 });
  });

  it('FileVerification counts files without a recorded checksum', async () => {
    await work.rows.dataSource.query('UPDATE artifacts SET sha256 = NULL WHERE key = $1', [
      keys[0],
    ]);
    await writeFile(getFilePath(keys[0]), 'c0ntent 0');
    const { problems, totals } = await verify({ deep: true });
    expect(problems).toEqual([]);
    expect(totals.withoutChecksumCount).toBe(1);
  });

  it('FileVerification reports a completed image whose artifact has no row', async () => {
    await work.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [keys[4]]);
    expect((await verify()).problems).toEqual([
      {
        problem: 'unrecorded',
        file: `55/${keys[4]}.jpg`,
        expectedBytes: null,
        foundBytes: null,
        image: { requestId, row: 5, position: 1 },
      },
    ]);
  });

  it('FileVerification ignores artifacts that are being stored or removed', async () => {
    await work.rows.insertArtifact('9'.repeat(64));
    expect((await verify()).problems).toEqual([]);
  });

  it('FileVerification reports a missing file that no image uses', async () => {
    await work.rows.insertArtifact('9'.repeat(64));
    await work.rows.dataSource.query('UPDATE artifacts SET sweep_after = NULL');
    expect((await verify()).problems).toEqual([
      {
        problem: 'missing',
        file: `99/${'9'.repeat(64)}.jpg`,
        expectedBytes: 400,
        foundBytes: null,
      },
    ]);
  });

  it('FileVerification makes the images of lost files pending with repair: true', async () => {
    await unlink(getFilePath(keys[1]));
    await truncate(getFilePath(keys[2]), 4);
    await writeFile(getFilePath(keys[3]), 'c0ntent 3');
    await work.rows.dataSource.query('DELETE FROM artifacts WHERE key = $1', [keys[4]]);
    const { totals } = await verify({ deep: true, repair: true });
    expect(totals).toMatchObject({ problemCount: 4, repairCount: 4 });
    expect(totals.repairedImages).toEqual({ pending: 4, cancelled: 0 });
    expect(await work.countByStatus(requestId)).toEqual({ completed: 1, pending: 4 });
    expect(await work.readCounters(requestId)).toEqual(await work.countEndedImages(requestId));
    expect((await verify({ deep: true })).problems).toEqual([]);
  });
});
