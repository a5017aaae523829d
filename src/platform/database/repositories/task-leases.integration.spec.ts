import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deferred } from '../../../../test/support/deferred.js';
import { eventually } from '../../../../test/support/eventually.js';
import { TestRows } from '../../../../test/support/rows.js';
import { TaskLeasesRepository } from './task-leases.js';

describe('runExclusive()', () => {
  let rows: TestRows;
  let leases: TaskLeasesRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    leases = new TaskLeasesRepository(rows.dataSource);
  });
  afterAll(() => rows.close());

  const task = (name: string, run: () => Promise<void>, minAgeSeconds = 0) =>
    leases.runExclusive({ name, minAgeSeconds, run, signal: new AbortController().signal });
  const doNothing = async () => undefined;

  it('runExclusive() runs a task in one process at a time', async () => {
    const end = deferred();
    const started = deferred();
    const first = task('cleanup', () => {
      started.resolve();
      return end.promise;
    });
    await started.promise;
    expect(await task('cleanup', doNothing)).toBe(false);
    expect(await task('other', doNothing)).toBe(true);
    end.resolve();
    expect(await first).toBe(true);
    expect(await task('cleanup', doNothing)).toBe(true);
  });

  it('runExclusive() starts the task in only one of several simultaneous processes', async () => {
    const end = deferred();
    let skipped = 0;
    const runs = Array.from({ length: 5 }, async () => {
      const ran = await task('first', () => end.promise);
      if (!ran) skipped += 1;
      return ran;
    });
    await eventually(() => skipped === 4, { description: 'four processes to skip the task' });
    end.resolve();
    expect((await Promise.all(runs)).filter(Boolean)).toHaveLength(1);
  });

  it('runExclusive() skips a task that another process has just ended', async () => {
    await task('hourly', doNothing);
    expect(await task('hourly', doNothing, 3000)).toBe(false);
    await rows.dataSource.query(
      `UPDATE task_leases SET ended_at = now() - interval '1 hour' WHERE name = 'hourly'`,
    );
    expect(await task('hourly', doNothing, 3000)).toBe(true);
  });

  it('runExclusive() runs a failed task again', async () => {
    await expect(task('failing', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await task('failing', doNothing, 3000)).toBe(true);
  });

  it('runExclusive() takes over the task of a crashed process', async () => {
    await rows.dataSource.query(
      `INSERT INTO task_leases (name, holder, held_until)
       VALUES ('vanished', gen_random_uuid(), now() - interval '1 second')`,
    );
    expect(await task('vanished', doNothing, 3000)).toBe(true);
  });
});
