import { AppError } from './app-error.js';

/** The disk is full or the quota used up. Work pauses; nothing fails because of it. */
export class StorageFullError extends AppError {
  constructor(cause: unknown) {
    super({
      code: 'storage_full',
      message:
        'There is no room left to store images. Free space under DATA_DIR; the work goes on by itself.',
      status: 507,
      retry: 'free',
      retryAfterMs: 5000,
      cause,
    });
  }
}

/** The disk does not work: read-only, input/output error, not permitted. */
export class StorageUnavailableError extends AppError {
  constructor(cause: unknown) {
    const code = errnoOf(cause);
    super({
      code: 'storage_unavailable',
      message: `Images cannot be stored${code ? ` (${code})` : ''}. Check the disk and the rights of DATA_DIR; the work goes on by itself.`,
      status: 503,
      retry: 'free',
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
