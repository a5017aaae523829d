import type { AppError } from '../../errors/app-error.js';
import { connectionError } from '../connection/connection-error.js';
import { DownloadTruncatedError } from '../outbound-errors.js';

/**
 * Converts an error of the body. A reset after the start of the body means that the rest is
 * missing.
 */
export function bodyError(error: unknown, host: string): AppError {
  const meaning = connectionError(error, host);
  const isCut = ['connection_reset', 'connection_failed'].includes(meaning.code);
  return isCut ? new DownloadTruncatedError(host, error) : meaning;
}
