import { describe, expect, it } from 'vitest';
import {
  completedResult,
  FAILED_RESULT,
  ProcessingFixture,
} from '../../../../test/support/processing-fixture.js';
import { ArtifactRepairRepository } from './artifact-repair.js';

const work = ProcessingFixture.forThisFile();
const confirmFileIsLost = async () => true;
const createKey = (digit: string) => digit.repeat(64);

const repairArtifact = (key: string, isLost = confirmFileIsLost) =>
  new ArtifactRepairRepository(work.rows.dataSource).repairArtifact(key, isLost);
const completeImages = async (ids: string[], key: string) => {
  await work.rows.insertArtifact(key);
  await work.recordResult(await work.claimImages(ids), completedResult({ artifactKey: key }));
};
const readCollectAfter = async (key: string) => {
  const [row] = await work.rows.dataSource.query<{ sweep_after: Date | null }[]>(
    'SELECT sweep_after FROM artifacts WHERE key = $1',
    [key],
  );
  return row.sweep_after;
};

describe('ArtifactRepairRepository', () => {
  it('ArtifactRepairRepository marks the images of a lost file as pending and reopens their finished request', async () => {
    const { id, images: ids } = await work.rows.insertRequest(5);
    await completeImages(ids.slice(0, 2), createKey('1'));
    await completeImages(ids.slice(2, 4), createKey('2'));
    await work.recordResult(await work.claimImages(ids.slice(4)), FAILED_RESULT);
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'completed', bytesIn: '4000' });

    expect(await repairArtifact(createKey('1'))).toEqual({ pending: 2, cancelled: 0 });
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
    expect(await readCollectAfter(createKey('1'))).toBeInstanceOf(Date);
    expect(await readCollectAfter(createKey('2'))).toBeNull();

    await completeImages(ids.slice(0, 2), createKey('1'));
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'completed',
      imagesCompleted: 4,
      bytesIn: '4000',
      bytesOut: '1600',
    });
    expect(await work.listEventTypes(id)).toEqual(['request.completed', 'request.completed']);
    expect(await readCollectAfter(createKey('1'))).toBeNull();
  });

  it('ArtifactRepairRepository keeps a canceled request canceled until a retry includes the repaired images', async () => {
    const { id, images: ids } = await work.rows.insertRequest(3);
    await completeImages(ids.slice(0, 1), createKey('3'));
    await work.transitions.cancelRequest(id);
    await work.finishOperation(id);

    expect(await repairArtifact(createKey('3'))).toEqual({ pending: 0, cancelled: 1 });
    expect(await work.countByStatus(id)).toEqual({ cancelled: 3 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
    expect(await work.rows.findRequest(id)).toMatchObject({ status: 'cancelled', bytesOut: '0' });
    expect(await work.transitions.retryRequest(id)).toBe('changed');
    await work.finishOperation(id);
    expect(await work.countByStatus(id)).toEqual({ pending: 3 });
  });

  it('ArtifactRepairRepository marks duplicates as pending with their first image, even in a running request', async () => {
    const { id, images: ids } = await work.rows.insertRequest(3);
    await work.rows.dataSource.query('UPDATE images SET same_as = $1 WHERE id = $2', [
      ids[0],
      ids[1],
    ]);
    await completeImages([ids[0]], createKey('4'));
    expect(await work.countByStatus(id)).toEqual({ completed: 2, pending: 1 });

    expect(await repairArtifact(createKey('4'))).toEqual({ pending: 2, cancelled: 0 });
    expect(await work.rows.findRequest(id)).toMatchObject({
      status: 'processing',
      imagesCompleted: 0,
    });
    await completeImages([ids[0]], createKey('4'));
    expect(await work.countByStatus(id)).toEqual({ completed: 2, pending: 1 });
    expect(await work.readCounters(id)).toEqual(await work.countEndedImages(id));
  });

  it('ArtifactRepairRepository restarts the waiting time of a repaired image, even in a running request', async () => {
    const createdAt = new Date(Date.now() - 3_600_000);
    const { images: ids } = await work.rows.insertRequest(2, { createdAt });
    await completeImages(ids.slice(0, 1), createKey('7'));
    await repairArtifact(createKey('7'));
    const [{ waitSeconds }] = await work.claimImages(ids.slice(0, 1));
    expect(waitSeconds).toBeLessThan(1800);
  });

  it('ArtifactRepairRepository marks the images of all requests that use the file as pending', async () => {
    const [firstRequest, secondRequest] = [
      await work.rows.insertRequest(1),
      await work.rows.insertRequest(2),
    ];
    await completeImages([...firstRequest.images, ...secondRequest.images], createKey('5'));
    expect(await repairArtifact(createKey('5'))).toEqual({ pending: 3, cancelled: 0 });
    expect(await work.countByStatus(firstRequest.id)).toEqual({ pending: 1 });
    expect(await work.countByStatus(secondRequest.id)).toEqual({ pending: 2 });
  });

  it('ArtifactRepairRepository changes no image if the file was stored again', async () => {
    const { id, images: ids } = await work.rows.insertRequest(1);
    await completeImages(ids, createKey('6'));
    expect(await repairArtifact(createKey('6'), async () => false)).toEqual({
      pending: 0,
      cancelled: 0,
    });
    expect(await work.countByStatus(id)).toEqual({ completed: 1 });
    expect(await readCollectAfter(createKey('6'))).toBeNull();
  });
});
