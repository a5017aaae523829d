import { AppError } from './app-error.js';
import { STORAGE_ERRORS } from './error-table.js';

/** The disk is full or the quota is used up. Processing pauses; no image fails. */
export class StorageFullError extends AppError {
  constructor(cause: unknown) {
    super(STORAGE_ERRORS.storage_full, { retryAfterMs: 5000, cause });
  }
}

/** The disk does not work: read-only, input/output error, not permitted. */
export class StorageUnavailableError extends AppError {
  constructor(cause: unknown) {
    const code = errnoOf(cause);
    super(STORAGE_ERRORS.storage_unavailable, {
      message: `Images cannot be stored${code ? ` (${code})` : ''}. Check the disk and the permissions of DATA_DIR; processing then resumes automatically.`,
      retryAfterMs: 5000,
      cause,
    });
  }
}

/** Any failure of a file operation, as an error that costs no attempt. Passes on what is no system error. */
export function storageError(error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new StorageFullError(error)
    : new StorageUnavailableError(error);
}

export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'errno' in error && 'code' in error
    ? String(error.code)
    : undefined;
}
