import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { BehaviorSubject } from 'rxjs';
import { AppError } from '../errors/app-error.js';
import { ArtifactStore } from './artifact-store.js';
import {
  findErrno,
  StorageBudgetReachedError,
  StorageFullError,
  StorageUnavailableError,
  storageError,
} from '../errors/storage-errors.js';
import { STORAGE_ERRORS } from '../errors/error-table.js';
import { exponentialDelay } from '../concurrency/backoff.js';

const PROBE_BACKOFF = { firstMs: 1000, factor: 2, maxMs: 30_000 };
/** A shorter recovery makes the next probe wait longer. */
const STABLE_MS = 30_000;

/**
 * Pauses processing while files cannot be stored. Callers report storage errors. A probe detects when
 * storage works again. Without the pause, a full disk would fail every image of every request.
 */
@Injectable()
export class StoragePause implements OnApplicationShutdown {
  /** Current storage error; undefined without one. */
  readonly fault = new BehaviorSubject<AppError | undefined>(undefined);

  private readonly log = new Logger(StoragePause.name);
  private timer?: NodeJS.Timeout;
  private isStopped = false;
  private readonly conditions: (() => Promise<void>)[] = [];
  /** Pauses in a row with a short recovery between them. */
  private pauses = 0;
  private endedAt = 0;

  constructor(private readonly store: ArtifactStore) {}

  get isPaused(): boolean {
    return this.fault.value !== undefined;
  }

  /** Pauses processing if storage is the cause of `error`. Ignores all other errors. */
  report(error: unknown): void {
    const fault = findStorageError(error);
    if (!fault || this.isPaused || this.isStopped) return;
    const isRepeated = Date.now() - this.endedAt < STABLE_MS;
    this.pauses = isRepeated ? this.pauses + 1 : 1;
    this.log.error({ message: `Processing paused: ${fault.message}`, code: fault.code });
    this.fault.next(fault);
    this.probeLater();
  }

  /** Adds a check that must resolve before processing resumes. It rejects with a storage error. */
  addCondition(check: () => Promise<void>): void {
    this.conditions.push(check);
  }

  onApplicationShutdown(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private probeLater(): void {
    const delayMs = exponentialDelay(this.pauses, PROBE_BACKOFF);
    this.timer = setTimeout(() => void this.probeStorage(), delayMs);
  }

  private async probeStorage(): Promise<void> {
    const fault = await this.findError();
    if (this.isStopped) return;
    this.fault.next(fault);
    if (fault) return this.probeLater();
    this.endedAt = Date.now();
    this.log.log('Storage available again; processing resumed');
  }

  private async findError(): Promise<AppError | undefined> {
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
  // A decoder process reports it as a plain error with the same code.
  if (error instanceof AppError && /^storage_(full|unavailable)$/.test(error.code)) return error;
  if (findErrno(error.cause) === undefined || !isDownloadNotWritten(error)) return undefined;
  const storage = storageError(error.cause);
  return storage instanceof AppError ? storage : undefined;
}

const isDownloadNotWritten = (error: Error): boolean =>
  error instanceof AppError && error.definition === STORAGE_ERRORS.download_not_written;
