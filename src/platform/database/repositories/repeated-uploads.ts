import type { FirstResponse } from '../entities/processing-request.entity.js';
import type { Query } from './open-work.js';

/** Time for which a repeated upload gets the response to the first one. */
const RESPONSE_LIFETIME = `interval '24 hours'`;

export interface FirstUpload {
  fingerprint: string;
  response: FirstResponse;
}

/**
 * Locks an `Idempotency-Key` until the caller's transaction ends. Returns false if another upload in any
 * process holds the lock.
 */
export async function lockIdempotencyKey(
  query: Query,
  owner: string,
  key: string,
): Promise<boolean> {
  const [{ acquired }] = await query<{ acquired: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtextextended('upload ' || $1 || ' ' || $2, 0)) AS acquired`,
    [owner, key],
  );
  return acquired;
}

/**
 * Returns the upload that was accepted with this key in the last 24 hours. Clears the key of an older
 * upload.
 */
export async function findFirstUpload(
  query: Query,
  owner: string,
  key: string,
): Promise<FirstUpload | undefined> {
  await query(
    `UPDATE processing_requests
     SET idempotency_key = NULL, idempotency_fingerprint = NULL, idempotency_answer = NULL
     WHERE owner = $1 AND idempotency_key = $2 AND created_at < now() - ${RESPONSE_LIFETIME}`,
    [owner, key],
  );
  const [firstUpload] = await query<FirstUpload>(
    `SELECT idempotency_fingerprint AS fingerprint, idempotency_answer AS response
     FROM processing_requests WHERE owner = $1 AND idempotency_key = $2`,
    [owner, key],
  );
  return firstUpload;
}
