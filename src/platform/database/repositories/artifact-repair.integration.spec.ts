import { describe, expect, it } from 'vitest';
import {
  completedResult,
  FAILED_RESULT,
  ProcessingFixture,
} from '../../../../test/support/processing-fixture.js';
import { ArtifactRepairRepository } from './artifact-repair.js';

const work = ProcessingFixture.forThisFile();
const lost = async () => true;
const keyOf = (digit: string) => digit.repeat(64);

const repair = (key: string, isLost = lost) =>
  new ArtifactRepairRepository(work.rows.dataSource).repairArtifact(key, isLost);
const end = async (ids: string[], key: string) => {
  await work.rows.insertArtifact(key);
  await work.recordResult(await work.claimImages(ids), completedResult({ artifactKey: key }));
};
const collectAfter = async (key: string) => {
  const [row] = await work.rows.dataSource.query<{ sweep_after: Date | null }[]>(
    'SELECT sweep_after FROM artifacts WHERE key = $1',
    [key],
  );
  return row.sweep_after;
};

describe('ArtifactRepairRepository', () => {
  it('ArtifactRepairRepository returns the images of a lost file to pending and reopens their ended request', async () => {
    const { id, images: ids } = await work.rows.insertRequest(5);
    await end(ids.slice(0, 2), keyOf('1'));
    await end(ids.slice(2, 4), keyOf('2'));
    await work.recordResult(await work.claimImages(ids.slice(4)), FAILED_RESULT);
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'completed', bytesIn: '4000' });

    expect(await repair(keyOf('1'))).toEqual({ pending: 2, cancelled: 0 });
    expect(await work.countByStatus(id)).toEqual({ pending: 2, completed: 2, failed: 1 });
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'pending',
      completedAt: null,
      expiresAt: null,
      imagesCompleted: 2,
      imagesFailed: 1,
      imagesKept: 2,
      retriedAt: expect.any(Date),
      bytesIn: '2000',
      bytesOut: '800',
    });
    expect(await work.rows.findImage(ids[0])).toMatchObject({
      artifactKey: null,
      bytesOut: null,
      attempts: 0,
      finishedAt: null,
    });
    expect(await collectAfter(keyOf('1'))).toBeInstanceOf(Date);
    expect(await collectAfter(keyOf('2'))).toBeNull();

    await end(ids.slice(0, 2), keyOf('1'));
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 4,
      bytesIn: '4000',
      bytesOut: '1600',
    });
    expect(await work.listEventTypes(id)).toEqual(['request.completed', 'request.completed']);
    expect(await collectAfter(keyOf('1'))).toBeNull();
  });

  it('ArtifactRepairRepository keeps a canceled request canceled, and its retry includes the images', async () => {
    const { id, images: ids } = await work.rows.insertRequest(3);
    await end(ids.slice(0, 1), keyOf('3'));
    await work.transitions.cancel(id);
    await work.finishOperation(id);

    expect(await repair(keyOf('3'))).toEqual({ pending: 0, cancelled: 1 });
    expect(await work.countByStatus(id)).toEqual({ cancelled: 3 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'cancelled', bytesOut: '0' });
    expect(await work.transitions.retry(id)).toBe('moved');
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ pending: 3 });
  });

  it('ArtifactRepairRepository returns duplicates to pending with their first image, even in an open request', async () => {
    const { id, images: ids } = await work.rows.insertRequest(3);
    await work.rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = $2', [
      ids[0],
      ids[1],
    ]);
    await end([ids[0]], keyOf('4'));
    expect(await work.countByStatus(id)).toEqual({ completed: 2, pending: 1 });

    expect(await repair(keyOf('4'))).toEqual({ pending: 2, cancelled: 0 });
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'processing',
      imagesCompleted: 0,
    });
    await end([ids[0]], keyOf('4'));
    expect(await work.countByStatus(id)).toEqual({ completed: 2, pending: 1 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
  });

  it('ArtifactRepairRepository measures the wait of a repaired image from the repair, even in an open request', async () => {
    const createdAt = new Date(Date.now() - 3_600_000);
    const { images: ids } = await work.rows.insertRequest(2, { createdAt });
    await end(ids.slice(0, 1), keyOf('7'));
    await repair(keyOf('7'));
    const [{ waitSeconds }] = await work.claimImages(ids.slice(0, 1));
    expect(waitSeconds).toBeLessThan(1800);
  });

  it('ArtifactRepairRepository returns the images of every request that uses the file to pending', async () => {
    const [first, second] = [await work.rows.insertRequest(1), await work.rows.insertRequest(2)];
    await end([...first.images, ...second.images], keyOf('5'));
    expect(await repair(keyOf('5'))).toEqual({ pending: 3, cancelled: 0 });
    expect(await work.countByStatus(first.id)).toEqual({ pending: 1 });
    expect(await work.countByStatus(second.id)).toEqual({ pending: 2 });
  });

  it('ArtifactRepairRepository returns no image to pending when the file was stored again', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1);
    await end(ids, keyOf('6'));
    expect(await repair(keyOf('6'), async () => false)).toEqual({ pending: 0, cancelled: 0 });
    expect(await work.countByStatus(id)).toEqual({ completed: 1 });
    expect(await collectAfter(keyOf('6'))).toBeNull();
  });
});
