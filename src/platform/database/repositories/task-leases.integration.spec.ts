import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deferred } from '../../../../test/support/deferred.js';
import { eventually } from '../../../../test/support/eventually.js';
import { TestRows } from '../../../../test/support/rows.js';
import { TaskLeasesRepository } from './task-leases.js';

describe('TaskLeasesRepository.runExclusive()', () => {
  let rows: TestRows;
  let leases: TaskLeasesRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    leases = new TaskLeasesRepository(rows.dataSource);
  });
  afterAll(() => rows.close());

  const runTask = (name: string, run: () => Promise<void>, minAgeSeconds = 0) =>
    leases.runExclusive({ name, minAgeSeconds, run, signal: new AbortController().signal });
  const doNothing = async () => undefined;

  it('TaskLeasesRepository.runExclusive() runs a task in one process at a time', async () => {
    const finish = deferred();
    const started = deferred();
    const firstRun = runTask('cleanup', () => {
      started.resolve();
      return finish.promise;
    });
    await started.promise;
    expect(await runTask('cleanup', doNothing)).toBe(false);
    expect(await runTask('other', doNothing)).toBe(true);
    finish.resolve();
    expect(await firstRun).toBe(true);
    expect(await runTask('cleanup', doNothing)).toBe(true);
  });

  it('TaskLeasesRepository.runExclusive() starts the task in only one of several simultaneous processes', async () => {
    const finish = deferred();
    let skippedCount = 0;
    const runs = Array.from({ length: 5 }, async () => {
      const hasRun = await runTask('first', () => finish.promise);
      if (!hasRun) skippedCount += 1;
      return hasRun;
    });
    await eventually(() => skippedCount === 4, { description: 'four processes to skip the task' });
    finish.resolve();
    expect((await Promise.all(runs)).filter(Boolean)).toHaveLength(1);
  });

  it('TaskLeasesRepository.runExclusive() skips a task that another process has just finished', async () => {
    await runTask('hourly', doNothing);
    expect(await runTask('hourly', doNothing, 3000)).toBe(false);
    await rows.dataSource.query(
      `UPDATE task_leases SET ended_at = now() - interval '1 hour' WHERE name = 'hourly'`,
    );
    expect(await runTask('hourly', doNothing, 3000)).toBe(true);
  });

  it('TaskLeasesRepository.runExclusive() runs a task again after a failure', async () => {
    await expect(runTask('failing', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await runTask('failing', doNothing, 3000)).toBe(true);
  });

  it('TaskLeasesRepository.runExclusive() takes over the task of a crashed process', async () => {
    await rows.dataSource.query(
      `INSERT INTO task_leases (name, holder, held_until)
       VALUES ('crashed', gen_random_uuid(), now() - interval '1 second')`,
    );
    expect(await runTask('crashed', doNothing, 3000)).toBe(true);
  });
});
