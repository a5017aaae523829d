import { describe, expect, it } from 'vitest';
import { PauseRows } from '../../../test/support/pause-rows.js';
import { TaskLeasesRepository } from '../../platform/database/repositories/task-leases.js';
import { ParkedImages } from './parked-images.js';

const RESUMED = 'resumed.example';
const work = PauseRows.forThisFile();

describe('ParkedImages', () => {
  /** Parked images, of which the last ones are of an origin whose pause has ended. */
  const park = async (held: number, resumed: number, endedSecondsAgo: number) => {
    const { images: ids } = await work.rows.insertRequest(held + resumed);
    await work.rows.dataSource.query(
      `UPDATE images SET input_url = 'https://${RESUMED}/' || id WHERE id = ANY($1)`,
      [ids.slice(held)],
    );
    await work.pauses.pause('origin', 'localhost', '', 'ops');
    await work.pauses.pause('origin', RESUMED, '', 'ops');
    await work.images.queueFairBatch(100, 60);
    await work.pauses.resume('origin', RESUMED, 'ops');
    await work.rows.dataSource.query(
      'UPDATE dispatch_pauses SET resumed_at = resumed_at - make_interval(secs => $1)',
      [endedSecondsAgo],
    );
    return ids.slice(held);
  };
  const releaser = () =>
    new ParkedImages(work.images, work.pauses, new TaskLeasesRepository(work.rows.dataSource));
  /** Releases without the interval between two passes. */
  const release = async (parked: ParkedImages, size?: number) => {
    await work.rows.dataSource.query('DELETE FROM task_leases');
    return parked.releaseBatch(size);
  };
  const batch = async () =>
    new Set((await work.images.queueFairBatch(100, 60)).map(({ id }) => id));

  it('ParkedImages releases images that are queued behind those of another paused origin, in several passes', async () => {
    const resumed = await park(7, 3, 0);
    const parked = releaser();
    for (let hasMore = true; hasMore;) hasMore = await release(parked, 2);
    expect(await batch()).toEqual(new Set(resumed));
  });

  it('ParkedImages continues with the images of the next request', async () => {
    await park(2, 0, 0);
    const resumed = await park(2, 2, 0);
    const parked = releaser();
    for (let hasMore = true; hasMore;) hasMore = await release(parked, 3);
    expect(await batch()).toEqual(new Set(resumed));
  });

  it('ParkedImages removes an ended pause after a pass that found none of its images', async () => {
    await park(1, 1, 121);
    const parked = releaser();
    await release(parked);
    expect(await work.pauses.hasEnded()).toBe(true);
    await release(parked);
    expect(await work.pauses.hasEnded()).toBe(false);
    expect(await work.pauses.listActive(10)).toMatchObject([{ name: 'localhost' }]);
  });

  it('ParkedImages keeps an ended pause until no earlier dispatch can park an image', async () => {
    await park(1, 0, 110);
    await release(releaser());
    expect(await work.pauses.hasEnded()).toBe(true);
  });

  it('ParkedImages keeps an ended pause while another session has locked one of its images', async () => {
    const [locked] = await park(1, 1, 121);
    const session = work.rows.dataSource.createQueryRunner();
    await session.startTransaction();
    await session.query('SELECT 1 FROM images WHERE id = $1 FOR UPDATE', [locked]);
    const parked = releaser();
    await release(parked);
    await release(parked);
    expect(await work.pauses.hasEnded()).toBe(true);
    await session.rollbackTransaction();
    await session.release();
    await release(parked);
    expect(await batch()).toEqual(new Set([locked]));
  });
});
