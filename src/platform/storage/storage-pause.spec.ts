import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../errors/app-error.js';
import type { ArtifactStore } from './artifact-store.js';
import { StorageBudgetReachedError, toStorageError } from '../errors/storage-errors.js';
import { StoragePause, findStorageError } from './storage-pause.js';
import { COMMON_ERRORS, STORAGE_ERRORS } from '../errors/error-table.js';

const systemError = (code: string) => Object.assign(new Error(code), { code, errno: -1 });
const diskFullError = toStorageError(systemError('ENOSPC')) as AppError;

describe('StoragePause', () => {
  let probeResults: (AppError | undefined)[];
  let probeCount: number;
  let pause: StoragePause;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => {
    vi.useFakeTimers();
    probeCount = 0;
    const store = {
      probe: () => {
        const error = probeResults[Math.min(probeCount++, probeResults.length - 1)];
        return error ? Promise.reject(error) : Promise.resolve();
      },
    } as unknown as ArtifactStore;
    pause = new StoragePause(store);
  });
  afterEach(() => {
    pause.onApplicationShutdown();
    vi.useRealTimers();
  });

  it('StoragePause pauses until it can store a probe file', async () => {
    probeResults = [diskFullError, diskFullError, undefined];
    const pausedStates: boolean[] = [];
    pause.fault.subscribe((fault) => pausedStates.push(fault !== undefined));
    pause.reportError(diskFullError);
    expect(pause.isPaused).toBe(true);
    await vi.advanceTimersByTimeAsync(2900);
    expect(pause.isPaused).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(pause.isPaused).toBe(false);
    expect(probeCount).toBe(3);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(probeCount).toBe(3);
    expect([pausedStates[0], pausedStates[1], pausedStates.at(-1)]).toEqual([false, true, false]);
  });

  it('StoragePause stays paused until every condition is met', async () => {
    probeResults = [undefined];
    const budgetError = new StorageBudgetReachedError(10, 10);
    let isBudgetReached = true;
    pause.addCondition(() => (isBudgetReached ? Promise.reject(budgetError) : Promise.resolve()));
    pause.reportError(budgetError);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pause.fault.value).toBe(budgetError);
    isBudgetReached = false;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(pause.isPaused).toBe(false);
  });

  it('StoragePause runs one probe for any number of reported errors', async () => {
    probeResults = [undefined];
    for (let i = 0; i < 50; i++) pause.reportError(diskFullError);
    await vi.advanceTimersByTimeAsync(1100);
    expect(probeCount).toBe(1);
  });

  it('StoragePause increases the probe delay if the disk fills up again immediately', async () => {
    probeResults = [undefined];
    const pauseSeconds: number[] = [];
    for (let i = 0; i < 8; i++) {
      pause.reportError(diskFullError);
      let ms = 0;
      for (; pause.isPaused; ms += 100) await vi.advanceTimersByTimeAsync(100);
      pauseSeconds.push(Math.round(ms / 1000));
    }
    expect(pauseSeconds).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    await vi.advanceTimersByTimeAsync(31_000);
    pause.reportError(diskFullError);
    await vi.advanceTimersByTimeAsync(1100);
    expect(pause.isPaused).toBe(false);
  });

  it('StoragePause ignores errors that are not storage errors', () => {
    pause.reportError(new AppError(COMMON_ERRORS.internal_error));
    pause.reportError(new Error('a programming error'));
    pause.reportError(systemError('ENOSPC'));
    expect(pause.isPaused).toBe(false);
  });
});

describe('findStorageError()', () => {
  it('findStorageError() returns the disk error that prevented a download from being written', () => {
    const downloadError = new AppError(STORAGE_ERRORS.download_not_written, {
      cause: systemError('ENOSPC'),
    });
    expect(findStorageError(downloadError)).toMatchObject({ code: 'storage_full' });
  });

  it('findStorageError() returns a storage error from a decoder process unchanged', () => {
    const decoderError = new AppError(STORAGE_ERRORS.storage_full);
    expect(findStorageError(decoderError)).toBe(decoderError);
  });
});
