import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BehaviorSubject } from 'rxjs';
import { AppError } from '../errors/app-error.js';
import { ArtifactStore } from './artifact-store.js';
import {
  findErrno,
  StorageBudgetReachedError,
  StorageFullError,
  StorageUnavailableError,
  toStorageError,
} from '../errors/storage-errors.js';
import { STORAGE_ERRORS } from '../errors/error-table.js';
import { exponentialDelay } from '../concurrency/backoff.js';

const PROBE_BACKOFF = { firstMs: 1000, factor: 2, maxMs: 30_000 };
/** If storage fails again within this time after a recovery, the probe delay increases. */
const MIN_STABLE_MS = 30_000;

/**
 * Pauses processing while files cannot be stored. Callers report storage errors. A probe detects when
 * storage works again. Without the pause, a full disk would fail every image of every request.
 */
@Injectable()
export class StoragePause implements OnApplicationShutdown {
  /** Current storage error; undefined while storage works. */
  readonly fault = new BehaviorSubject<AppError | undefined>(undefined);

  private readonly log = new Logger(StoragePause.name);
  private timer?: NodeJS.Timeout;
  private isStopped = false;
  private readonly conditions: (() => Promise<void>)[] = [];
  /** Number of successive pauses that were separated only by short recoveries. */
  private consecutivePauseCount = 0;
  private resumedAt = 0;

  constructor(private readonly store: ArtifactStore) {}

  get isPaused(): boolean {
    return this.fault.value !== undefined;
  }

  /** Pauses processing if storage is the cause of `error`. Ignores all other errors. */
  reportError(error: unknown): void {
    const fault = findStorageError(error);
    if (!fault || this.isPaused || this.isStopped) return;
    const isRepeatedPause = Date.now() - this.resumedAt < MIN_STABLE_MS;
    this.consecutivePauseCount = isRepeatedPause ? this.consecutivePauseCount + 1 : 1;
    this.log.error({ message: `Processing paused: ${fault.message}`, code: fault.code });
    this.fault.next(fault);
    this.scheduleProbe();
  }

  /** Adds a check that must resolve before processing resumes. A failed check rejects with a storage error. */
  addCondition(check: () => Promise<void>): void {
    this.conditions.push(check);
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private scheduleProbe(): void {
    const delayMs = exponentialDelay(this.consecutivePauseCount, PROBE_BACKOFF);
    this.timer = setTimeout(() => void this.probeStorage(), delayMs);
  }

  private async probeStorage(): Promise<void> {
    const fault = await this.findCurrentError();
    if (this.isStopped) return;
    this.fault.next(fault);
    if (fault) return this.scheduleProbe();
    this.resumedAt = Date.now();
    this.log.log('Storage available again; processing resumed');
  }

  private async findCurrentError(): Promise<AppError | undefined> {
    try {
      await this.store.probe();
      for (const check of this.conditions) await check();
      return undefined;
    } catch (error) {
      return findStorageError(error) ?? this.fault.value;
    }
  }
}

/** Returns the storage error that caused `error`, for example a download that could not be written. */
export function findStorageError(error: unknown): AppError | undefined {
  if (error instanceof StorageBudgetReachedError) return error;
  if (error instanceof StorageFullError || error instanceof StorageUnavailableError) return error;
  if (!(error instanceof Error)) return undefined;
  // A decoder process reports a storage error as a plain AppError with the same code.
  if (error instanceof AppError && /^storage_(full|unavailable)$/.test(error.code)) return error;
  if (findErrno(error.cause) === undefined || !isDownloadNotWritten(error)) return undefined;
  const cause = toStorageError(error.cause);
  return cause instanceof AppError ? cause : undefined;
}

const isDownloadNotWritten = (error: Error): boolean =>
  error instanceof AppError && error.definition === STORAGE_ERRORS.download_not_written;
