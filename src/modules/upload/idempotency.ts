import { createHash, type Hash } from 'node:crypto';
import type { Request } from 'express';
import { AppError } from '../../platform/errors/app-error.js';
import { READING_OPTION_NAMES, type UploadOptions } from './upload-options.dto.js';
import { UPLOAD_ERRORS } from './error-table.js';

const IN_USE_RETRY_AFTER_MS = 5000;

export class IdempotencyKeyInvalidError extends AppError {
  constructor() {
    super(UPLOAD_ERRORS.idempotency_key_invalid);
  }
}

export class IdempotencyKeyReusedError extends AppError {
  constructor() {
    super(UPLOAD_ERRORS.idempotency_key_reused);
  }
}

export class IdempotencyKeyInUseError extends AppError {
  constructor(cause?: unknown) {
    super(UPLOAD_ERRORS.idempotency_key_in_use, { retryAfterMs: IN_USE_RETRY_AFTER_MS, cause });
  }
}

/** @throws IdempotencyKeyInvalidError */
export function readIdempotencyKey(request: Request): string | undefined {
  const key = request.get('idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new IdempotencyKeyInvalidError();
  return key;
}

/** Yields the chunks unchanged and adds them to a hash. */
export async function* hashWhileReading(
  source: AsyncIterable<Buffer>,
  hash: Hash,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
}

/**
 * Returns the SHA-256 (hex) of the product file and the options, independent of the encoding of the form.
 * If the previous version supports the upload, the result equals the fingerprint that it computes.
 *
 * @param fileSha256 hash of the bytes; empty for a link, which is not downloaded again
 */
export function computeFingerprint(fileSha256: string, options: UploadOptions): string {
  const { quality, format, max_width, max_height, target_score, max_bytes } =
    options.toFirstCompressionOptions();
  const { effort, metadata, srcset } = options;
  const outputs = options.toRequestOutputs();
  const { preset, webhook_url, webhook_secret, dry_run } = options;
  const values = [
    fileSha256,
    quality,
    format,
    max_width ?? null,
    max_height ?? null,
    webhook_url ?? null,
    webhook_secret ?? null,
    dry_run,
    ...(effort === 'balanced' ? [] : [effort]),
    ...(metadata === 'strip' ? [] : [metadata]),
    ...(target_score === undefined ? [] : [['target_score', target_score]]),
    ...(max_bytes === undefined ? [] : [['max_bytes', max_bytes]]),
    ...(preset === undefined ? [] : [['preset', preset, options.getAuditScope()]]),
    ...(outputs === null ? [] : [['outputs', outputs]]),
    ...(srcset ? ['srcset'] : []),
    ...READING_OPTION_NAMES.flatMap((name) =>
      options[name] === undefined || options[name] === false ? [] : [[name, options[name]]],
    ),
  ];
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}
