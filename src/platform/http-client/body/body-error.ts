import type { AppError } from '../../errors/app-error.js';
import { toConnectionError } from '../connection/connection-error.js';
import { DownloadTruncatedError } from '../outbound-errors.js';

/**
 * Converts an error from reading a response body. A connection reset after the body has started means that
 * the rest is missing.
 */
export function toBodyError(error: unknown, host: string): AppError {
  const appError = toConnectionError(error, host);
  const isTruncated = ['connection_reset', 'connection_failed'].includes(appError.code);
  return isTruncated ? new DownloadTruncatedError(host, error) : appError;
}
