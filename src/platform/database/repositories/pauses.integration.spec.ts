import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PauseRows } from '../../../../test/support/pause-rows.js';

const HOST = 'shop.example:8443';
const work = PauseRows.forThisFile();

describe('PausesRepository', () => {
  /** A request with one image on each host, in this order. */
  const requestOn = async (hosts: string[], owner = 'shop') => {
    const request = await work.rows.insertRequest(hosts.length, { owner });
    for (const [i, host] of hosts.entries()) {
      await work.rows.dataSource.query('UPDATE images SET input_url = $2 WHERE id = $1', [
        request.images[i],
        `https://${host}/${i}.jpg`,
      ]);
    }
    return request;
  };
  const idsOfBatch = async (limit = 100) =>
    (await work.images.queueFairBatch(limit, 60)).map(({ id }) => id);
  const claim = async (id: string) =>
    (await work.images.claim([{ id, lease: randomUUID() }], 15)).length === 1;

  it('PausesRepository dispatches no image of a paused owner, and all of them when the pause ends', async () => {
    const paused = await requestOn(['a.example', 'b.example'], 'shop');
    const other = await requestOn(['a.example'], 'desk');
    await work.pauses.pause('owner', 'shop', '', 'ops');
    expect(await idsOfBatch()).toEqual(other.images);
    expect(await idsOfBatch()).toEqual([]);
    expect(await work.pauses.resume('owner', 'shop', 'ops')).toBe(true);
    expect((await idsOfBatch()).toSorted()).toEqual(paused.images.toSorted());
  });

  it('PausesRepository dispatches images of other hosts that are queued behind those of a paused origin', async () => {
    const request = await requestOn([...Array<string>(40).fill(HOST), 'other.example']);
    await work.pauses.pause('origin', HOST, '', 'ops');
    expect(await idsOfBatch(8)).toEqual([request.images[40]]);
    expect(await idsOfBatch(8)).toEqual([]);
  });

  it('PausesRepository releases only the images of the origin whose pause has ended', async () => {
    const request = await requestOn([HOST, HOST, 'other.example']);
    await work.pauses.pause('origin', HOST, '', 'ops');
    await work.pauses.pause('origin', 'other.example', '', 'ops');
    expect(await idsOfBatch()).toEqual([]);
    await work.pauses.resume('origin', HOST, 'ops');
    expect(await work.images.releaseParked(1)).toMatchObject({ read: 1, released: 1 });
    expect(await work.images.releaseParked(100)).toMatchObject({ read: 2, released: 1 });
    expect(await work.images.releaseParked(100)).toMatchObject({ read: 1, found: 0, released: 0 });
    expect((await idsOfBatch()).toSorted()).toEqual(request.images.slice(0, 2));
  });

  it('PausesRepository keeps an ended pause of an owner until the requests that it delayed have ended', async () => {
    const { id } = await requestOn([HOST]);
    await work.pauses.pause('owner', 'shop', '', 'ops');
    await work.pauses.resume('owner', 'shop', 'ops');
    await work.pauses.removeEnded(-60);
    expect(await work.pauses.hasEnded()).toBe(true);
    await work.rows.dataSource.query(
      `UPDATE processing_requests SET status = 'completed' WHERE id = $1`,
      [id],
    );
    await work.pauses.removeEnded(-60);
    expect(await work.pauses.hasEnded()).toBe(false);
  });

  it('PausesRepository holds and releases an image whose URL spells the host differently', async () => {
    const request = await requestOn(['SHOP.example:08443']);
    await work.rows.dataSource.query('UPDATE images SET input_host = $1', [HOST]);
    await work.pauses.pause('origin', HOST, '', 'ops');
    expect(await idsOfBatch()).toEqual([]);
    expect(await work.pauses.listByRequest(request.id, 'shop')).toMatchObject([{ name: HOST }]);
    await work.pauses.resume('origin', HOST, 'ops');
    expect(await work.images.releaseParked(100)).toMatchObject({ released: 1 });
    expect(await idsOfBatch()).toEqual(request.images);
  });

  it('PausesRepository dispatches an image whose URL has no host while an origin is paused', async () => {
    const request = await requestOn(['']);
    await work.rows.dataSource.query(`UPDATE images SET input_url = 'https:' WHERE id = $1`, [
      request.images[0],
    ]);
    await work.pauses.pause('origin', HOST, '', 'ops');
    expect(await idsOfBatch()).toEqual(request.images);
  });

  it.each([
    ['origin', HOST],
    ['owner', 'shop'],
  ] as const)(
    'PausesRepository rejects the claim of a queued image of a paused %s',
    async (kind, name) => {
      const request = await requestOn([HOST, 'other.example']);
      const other = await requestOn(['other.example'], 'desk');
      await idsOfBatch();
      await work.pauses.pause(kind, name, '', 'ops');
      expect(await claim(request.images[0])).toBe(false);
      expect(await claim(other.images[0])).toBe(true);
    },
  );

  it('PausesRepository returns only the queued images of a paused origin to pending', async () => {
    await requestOn([HOST, 'other.example']);
    await idsOfBatch();
    await work.pauses.pause('origin', HOST, '', 'ops');
    expect(await work.images.returnPaused()).toBe(1);
    expect(await work.images.returnPaused()).toBe(0);
  });

  it('PausesRepository lists the active pauses, and logs each action with the operator', async () => {
    await work.pauses.pause('origin', HOST, 'The shop moves its server.', 'ops');
    await work.pauses.pause('owner', 'shop', '', 'night');
    await work.pauses.resume('owner', 'shop', 'ops');
    expect(await work.pauses.resume('owner', 'shop', 'ops')).toBe(false);
    expect(await work.pauses.listActive(10)).toMatchObject([
      { kind: 'origin', name: HOST, reason: 'The shop moves its server.', pausedBy: 'ops' },
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
    const { id } = await requestOn([HOST, 'other.example']);
    await work.pauses.pause('origin', 'unrelated.example', '', 'ops');
    await work.pauses.pause('origin', HOST, 'Slow.', 'ops');
    await idsOfBatch();
    expect(await work.pauses.listByRequest(id, 'shop')).toMatchObject([
      { kind: 'origin', name: HOST, reason: 'Slow.' },
    ]);
    await work.pauses.pause('owner', 'shop', '', 'ops');
    expect((await work.pauses.listByRequest(id, 'shop')).map(({ kind }) => kind)).toEqual([
      'owner',
      'origin',
    ]);
  });
});
