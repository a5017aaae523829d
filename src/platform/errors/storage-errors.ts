import { AppError } from './app-error.js';
import { STORAGE_ERRORS } from './error-table.js';

/** The disk or the bucket is full, or the quota is exhausted. Processing pauses; no image fails. */
export class StorageFullError extends AppError {
  constructor(
    cause: unknown,
    message = 'The disk is full. Free space under DATA_DIR; processing then resumes automatically.',
  ) {
    super(STORAGE_ERRORS.storage_full, { message, retryAfterMs: 5000, cause });
  }
}

/** The compressed images use the whole budget. Processing pauses; no image fails. */
export class StorageBudgetReachedError extends AppError {
  constructor(usedBytes: number, budgetBytes: number) {
    super(STORAGE_ERRORS.storage_budget_reached, {
      message: `The compressed images use ${usedBytes} of ${budgetBytes} bytes (MAX_STORAGE_BYTES). Delete requests, or raise MAX_STORAGE_BYTES and restart; processing then resumes automatically.`,
      retryAfterMs: 5000,
    });
  }
}

/**
 * The disk or the bucket is unavailable: it is read-only, fails with an I/O error, denies access or does
 * not respond.
 */
export class StorageUnavailableError extends AppError {
  constructor(cause: unknown, message = buildDiskMessage(cause)) {
    super(STORAGE_ERRORS.storage_unavailable, {
      message,
      retryAfterMs: 5000,
      cause,
    });
  }
}

function buildDiskMessage(cause: unknown): string {
  const code = findErrno(cause);
  return `Images cannot be stored${code ? ` (${code})` : ''}. Check the disk and the permissions of DATA_DIR; processing then resumes automatically.`;
}

/** Converts a file system error to an error that does not count as an attempt. Returns other errors unchanged. */
export function toStorageError(error: unknown): unknown {
  const code = findErrno(error);
  if (code === undefined) return error;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new StorageFullError(error)
    : new StorageUnavailableError(error);
}

export function findErrno(error: unknown): string | undefined {
  return error instanceof Error && 'errno' in error && 'code' in error
    ? String(error.code)
    : undefined;
}
