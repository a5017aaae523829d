import { describe, expect, it } from 'vitest';
import { PauseRows } from '../../../test/support/pause-rows.js';
import { TaskLeasesRepository } from '../../platform/database/repositories/task-leases.js';
import { ParkedImages } from './parked-images.js';

const RESUMED_HOST = 'resumed.example';
const fixture = PauseRows.forThisFile();

describe('ParkedImages', () => {
  /** Parks images. The last images are from an origin whose pause has ended. Returns the IDs of these last images. */
  const parkImages = async (pausedCount: number, resumedCount: number, endedSecondsAgo: number) => {
    const { images: ids } = await fixture.rows.insertRequest(pausedCount + resumedCount);
    await fixture.rows.dataSource.query(
      `UPDATE images SET input_url = 'https://${RESUMED_HOST}/' || id WHERE id = ANY($1)`,
      [ids.slice(pausedCount)],
    );
    await fixture.pauses.pauseDispatch('origin', 'localhost', '', 'ops');
    await fixture.pauses.pauseDispatch('origin', RESUMED_HOST, '', 'ops');
    await fixture.images.queueFairBatch(100, 60);
    await fixture.pauses.resumeDispatch('origin', RESUMED_HOST, 'ops');
    await fixture.rows.dataSource.query(
      'UPDATE dispatch_pauses SET resumed_at = resumed_at - make_interval(secs => $1)',
      [endedSecondsAgo],
    );
    return ids.slice(pausedCount);
  };
  const createParkedImages = () =>
    new ParkedImages(
      fixture.images,
      fixture.pauses,
      new TaskLeasesRepository(fixture.rows.dataSource),
    );
  /** Releases a batch without waiting for the interval between two passes. */
  const releaseBatch = async (parkedImages: ParkedImages, size?: number) => {
    await fixture.rows.dataSource.query('DELETE FROM task_leases');
    return parkedImages.releaseBatch(size);
  };
  const dispatchImages = async () =>
    new Set((await fixture.images.queueFairBatch(100, 60)).map(({ id }) => id));

  it('ParkedImages releases the images of a resumed origin that follow many images of a paused origin', async () => {
    const resumedIds = await parkImages(7, 3, 0);
    const parkedImages = createParkedImages();
    for (let hasMore = true; hasMore;) hasMore = await releaseBatch(parkedImages, 2);
    expect(await dispatchImages()).toEqual(new Set(resumedIds));
  });

  it('ParkedImages releases images of several requests', async () => {
    await parkImages(2, 0, 0);
    const resumedIds = await parkImages(2, 2, 0);
    const parkedImages = createParkedImages();
    for (let hasMore = true; hasMore;) hasMore = await releaseBatch(parkedImages, 3);
    expect(await dispatchImages()).toEqual(new Set(resumedIds));
  });

  it('ParkedImages removes an ended pause after a pass that finds no image of its origin', async () => {
    await parkImages(1, 1, 121);
    const parkedImages = createParkedImages();
    await releaseBatch(parkedImages);
    expect(await fixture.pauses.hasEndedPauses()).toBe(true);
    await releaseBatch(parkedImages);
    expect(await fixture.pauses.hasEndedPauses()).toBe(false);
    expect(await fixture.pauses.listActivePauses(10)).toMatchObject([{ name: 'localhost' }]);
  });

  it('ParkedImages keeps a pause that ended less than two minutes ago, because an earlier dispatch may still park an image', async () => {
    await parkImages(1, 0, 110);
    await releaseBatch(createParkedImages());
    expect(await fixture.pauses.hasEndedPauses()).toBe(true);
  });

  it('ParkedImages keeps an ended pause while another session locks an image of its origin', async () => {
    const [lockedId] = await parkImages(1, 1, 121);
    const session = fixture.rows.dataSource.createQueryRunner();
    await session.startTransaction();
    await session.query('SELECT 1 FROM images WHERE id = $1 FOR UPDATE', [lockedId]);
    const parkedImages = createParkedImages();
    await releaseBatch(parkedImages);
    await releaseBatch(parkedImages);
    expect(await fixture.pauses.hasEndedPauses()).toBe(true);
    await session.rollbackTransaction();
    await session.release();
    await releaseBatch(parkedImages);
    expect(await dispatchImages()).toEqual(new Set([lockedId]));
  });
});
