import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../errors/app-error.js';
import type { ArtifactStore } from './artifact-store.js';
import { StorageBudgetReachedError, toStorageError } from '../errors/storage-errors.js';
import { StoragePause, findStorageError } from './storage-pause.js';
import { COMMON_ERRORS, STORAGE_ERRORS } from '../errors/error-table.js';

const errno = (code: string) => Object.assign(new Error(code), { code, errno: -1 });
const full = toStorageError(errno('ENOSPC')) as AppError;

describe('StoragePause', () => {
  let probes: (AppError | undefined)[];
  let probed: number;
  let pause: StoragePause;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    vi.useFakeTimers();
    probed = 0;
    const store = {
      probe: () => {
        const answer = probes[Math.min(probed++, probes.length - 1)];
        return answer ? Promise.reject(answer) : Promise.resolve();
      },
    } as unknown as ArtifactStore;
    pause = new StoragePause(store);
  });
  afterEach(() => {
    pause.onApplicationShutdown();
    vi.useRealTimers();
  });

  it('StoragePause pauses until it can store a probe file', async () => {
    probes = [full, full, undefined];
    const seen: boolean[] = [];
    pause.fault.subscribe((fault) => seen.push(fault !== undefined));
    pause.report(full);
    expect(pause.isPaused).toBe(true);
    await vi.advanceTimersByTimeAsync(2900);
    expect(pause.isPaused).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(pause.isPaused).toBe(false);
    expect(probed).toBe(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probed).toBe(3);
    expect([seen[0], seen[1], seen.at(-1)]).toEqual([false, true, false]);
  });

  it('StoragePause stays paused until every condition is met', async () => {
    probes = [undefined];
    const budget = new StorageBudgetReachedError(10, 10);
    let isReached = true;
    pause.addCondition(() => (isReached ? Promise.reject(budget) : Promise.resolve()));
    pause.report(budget);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pause.fault.value).toBe(budget);
    isReached = false;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(pause.isPaused).toBe(false);
  });

  it('StoragePause probes once for any number of reports', async () => {
    probes = [undefined];
    for (let i = 0; i < 50; i++) pause.report(full);
    await vi.advanceTimersByTimeAsync(1100);
    expect(probed).toBe(1);
  });

  it('StoragePause increases the delay if the space runs out again at once', async () => {
    probes = [undefined];
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      pause.report(full);
      let ms = 0;
      for (; pause.isPaused; ms += 100) await vi.advanceTimersByTimeAsync(100);
      pauses.push(Math.round(ms / 1000));
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    await vi.advanceTimersByTimeAsync(31_000);
    pause.report(full);
    await vi.advanceTimersByTimeAsync(1100);
    expect(pause.isPaused).toBe(false);
  });

  it('StoragePause ignores errors that the disk did not cause', () => {
    pause.report(new AppError(COMMON_ERRORS.internal_error));
    pause.report(new Error('a mistake'));
    pause.report(errno('ENOSPC'));
    expect(pause.isPaused).toBe(false);
  });
});

describe('findStorageError()', () => {
  it('findStorageError() returns the cause of a download that failed to write its file', () => {
    const wrapped = new AppError(STORAGE_ERRORS.download_not_written, { cause: errno('ENOSPC') });
    expect(findStorageError(wrapped)).toMatchObject({ code: 'storage_full' });
  });

  it('findStorageError() returns a storage error of a decoder process unchanged', () => {
    const copied = new AppError(STORAGE_ERRORS.storage_full);
    expect(findStorageError(copied)).toBe(copied);
  });
});
