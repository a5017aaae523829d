import { ImageError } from '../../platform/compression/image-errors.js';
import type { RequestOutput } from '../../platform/database/request-output.js';
import { AppError } from '../../platform/errors/app-error.js';
import { PROCESSING_ERRORS } from './error-table.js';

/**
 * A shared compression failed because of an output that the waiting images do not have. These images are
 * retried immediately.
 */
export class SharedCompressionFailedError extends AppError {
  constructor(cause: unknown) {
    super(PROCESSING_ERRORS.shared_compression_failed, { retryAfterMs: 0, cause });
  }
}

/**
 * Returns the error for images that wait for the artifact of one output.
 * @param outputIndex index of the output in the failed task
 */
export const getErrorForWaitingImages = (error: unknown, outputIndex: number): unknown =>
  error instanceof ImageError && error.output !== undefined && error.output !== outputIndex
    ? new SharedCompressionFailedError(error)
    : error;

/** Adds the name of the failed output to the message of an error. */
export function addOutputName(error: unknown, outputs: readonly RequestOutput[]): unknown {
  if (!(error instanceof ImageError) || error.output === undefined) return error;
  const { definition, message, status, retry, retryAfterMs, cause } = error;
  return new ImageError(definition, {
    message: `Output "${outputs[error.output].name}": ${message}`,
    status,
    retry,
    retryAfterMs,
    cause,
  });
}
