import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PauseRows } from '../../../../test/support/pause-rows.js';

const HOST = 'shop.example:8443';
const work = PauseRows.forThisFile();

describe('PausesRepository', () => {
  /** Creates a request with one image per host, in this order. */
  const createRequestOn = async (hosts: string[], owner = 'shop') => {
    const request = await work.rows.insertRequest(hosts.length, { owner });
    for (const [index, host] of hosts.entries()) {
      await work.rows.dataSource.query('UPDATE images SET input_url = $2 WHERE id = $1', [
        request.images[index],
        `https://${host}/${index}.jpg`,
      ]);
    }
    return request;
  };
  const queueBatch = async (limit = 100) =>
    (await work.images.queueFairBatch(limit, 60)).map(({ id }) => id);
  const canClaim = async (id: string) =>
    (await work.images.claimImages([{ id, lease: randomUUID() }], 15)).length === 1;

  it('ImagesRepository.queueFairBatch() dispatches images of a paused owner only after the pause ends', async () => {
    const pausedRequest = await createRequestOn(['a.example', 'b.example'], 'shop');
    const otherRequest = await createRequestOn(['a.example'], 'desk');
    await work.pauses.pauseDispatch('owner', 'shop', '', 'ops');
    expect(await queueBatch()).toEqual(otherRequest.images);
    expect(await queueBatch()).toEqual([]);
    expect(await work.pauses.resumeDispatch('owner', 'shop', 'ops')).toBe(true);
    expect((await queueBatch()).toSorted()).toEqual(pausedRequest.images.toSorted());
  });

  it('ImagesRepository.queueFairBatch() dispatches an image of another host that waits behind images of a paused origin', async () => {
    const request = await createRequestOn([...Array<string>(40).fill(HOST), 'other.example']);
    await work.pauses.pauseDispatch('origin', HOST, '', 'ops');
    expect(await queueBatch(8)).toEqual([request.images[40]]);
    expect(await queueBatch(8)).toEqual([]);
  });

  it('ImagesRepository.releaseParkedImages() releases only the images of an origin whose pause has ended', async () => {
    const request = await createRequestOn([HOST, HOST, 'other.example']);
    await work.pauses.pauseDispatch('origin', HOST, '', 'ops');
    await work.pauses.pauseDispatch('origin', 'other.example', '', 'ops');
    expect(await queueBatch()).toEqual([]);
    await work.pauses.resumeDispatch('origin', HOST, 'ops');
    expect(await work.images.releaseParkedImages(1)).toMatchObject({
      readCount: 1,
      releasedCount: 1,
    });
    expect(await work.images.releaseParkedImages(100)).toMatchObject({
      readCount: 2,
      releasedCount: 1,
    });
    expect(await work.images.releaseParkedImages(100)).toMatchObject({
      readCount: 1,
      resumedCount: 0,
      releasedCount: 0,
    });
    expect((await queueBatch()).toSorted()).toEqual(request.images.slice(0, 2));
  });

  it('PausesRepository.removeEndedPauses() keeps a pause of an owner until the requests that it delayed have finished', async () => {
    const { id } = await createRequestOn([HOST]);
    await work.pauses.pauseDispatch('owner', 'shop', '', 'ops');
    await work.pauses.resumeDispatch('owner', 'shop', 'ops');
    await work.pauses.removeEndedPauses(-60);
    expect(await work.pauses.hasEndedPauses()).toBe(true);
    await work.rows.dataSource.query(
      `UPDATE processing_requests SET status = 'completed' WHERE id = $1`,
      [id],
    );
    await work.pauses.removeEndedPauses(-60);
    expect(await work.pauses.hasEndedPauses()).toBe(false);
  });

  it('ImagesRepository.queueFairBatch() parks an image whose URL spells the host of a paused origin differently', async () => {
    const request = await createRequestOn(['SHOP.example:08443']);
    await work.rows.dataSource.query('UPDATE images SET input_host = $1', [HOST]);
    await work.pauses.pauseDispatch('origin', HOST, '', 'ops');
    expect(await queueBatch()).toEqual([]);
    expect(await work.pauses.listByRequest(request.id, 'shop')).toMatchObject([{ name: HOST }]);
    await work.pauses.resumeDispatch('origin', HOST, 'ops');
    expect(await work.images.releaseParkedImages(100)).toMatchObject({ releasedCount: 1 });
    expect(await queueBatch()).toEqual(request.images);
  });

  it('ImagesRepository.queueFairBatch() dispatches an image whose URL has no host while an origin is paused', async () => {
    const request = await createRequestOn(['']);
    await work.rows.dataSource.query(`UPDATE images SET input_url = 'https:' WHERE id = $1`, [
      request.images[0],
    ]);
    await work.pauses.pauseDispatch('origin', HOST, '', 'ops');
    expect(await queueBatch()).toEqual(request.images);
  });

  it.each([
    ['origin', HOST],
    ['owner', 'shop'],
  ] as const)(
    'ImagesRepository.claimImages() does not claim a queued image of a paused %s',
    async (kind, name) => {
      const request = await createRequestOn([HOST, 'other.example']);
      const otherRequest = await createRequestOn(['other.example'], 'desk');
      await queueBatch();
      await work.pauses.pauseDispatch(kind, name, '', 'ops');
      expect(await canClaim(request.images[0])).toBe(false);
      expect(await canClaim(otherRequest.images[0])).toBe(true);
    },
  );

  it('ImagesRepository.returnPausedImages() marks only the queued images of a paused origin as pending', async () => {
    await createRequestOn([HOST, 'other.example']);
    await queueBatch();
    await work.pauses.pauseDispatch('origin', HOST, '', 'ops');
    expect(await work.images.returnPausedImages()).toBe(1);
    expect(await work.images.returnPausedImages()).toBe(0);
  });

  it('PausesRepository lists active pauses and logs each action with the operator', async () => {
    await work.pauses.pauseDispatch('origin', HOST, 'The shop is moving its server.', 'ops');
    await work.pauses.pauseDispatch('owner', 'shop', '', 'night');
    await work.pauses.resumeDispatch('owner', 'shop', 'ops');
    expect(await work.pauses.resumeDispatch('owner', 'shop', 'ops')).toBe(false);
    expect(await work.pauses.listActivePauses(10)).toMatchObject([
      { kind: 'origin', name: HOST, reason: 'The shop is moving its server.', pausedBy: 'ops' },
    ]);
    const actions = await work.pauses.listActions(10);
    expect(
      actions.map(({ operator, action, kind, name }) => [operator, action, kind, name]),
    ).toEqual([
      ['ops', 'resume', 'owner', 'shop'],
      ['night', 'pause', 'owner', 'shop'],
      ['ops', 'pause', 'origin', HOST],
    ]);
    expect(await work.pauses.listActions(10, actions[1].id)).toHaveLength(1);
  });

  it('PausesRepository finds the pauses that affect a request', async () => {
    const { id } = await createRequestOn([HOST, 'other.example']);
    await work.pauses.pauseDispatch('origin', 'unrelated.example', '', 'ops');
    await work.pauses.pauseDispatch('origin', HOST, 'Slow.', 'ops');
    await queueBatch();
    expect(await work.pauses.listByRequest(id, 'shop')).toMatchObject([
      { kind: 'origin', name: HOST, reason: 'Slow.' },
    ]);
    await work.pauses.pauseDispatch('owner', 'shop', '', 'ops');
    expect((await work.pauses.listByRequest(id, 'shop')).map(({ kind }) => kind)).toEqual([
      'owner',
      'origin',
    ]);
  });
});
