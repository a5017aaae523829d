import type { DataSource } from 'typeorm';
import { PreparedStatement } from '../prepared-statement.js';
import { expiryAfter, insertDeliveryOf } from '../repositories/ended-delivery.js';
import { requestStatusesBefore, sqlList } from '../states.js';
import type { SeenSource } from './remember-sources.js';
import { unnest } from './unnest.js';

/** Outcome of one image, under the lease of the worker that processed it. */
export interface Outcome {
  imageId: string;
  lease: string;
  result:
    | {
        status: 'completed';
        artifactKey: string;
        format: string;
        width: number;
        height: number;
        bytesIn: number;
        bytesOut: number;
        keptOriginal: boolean;
        /**
         * True if this app reserved and stored the artifact. Otherwise it was found, and its row must
         * still exist.
         */
        made: boolean;
        /** Validators of the download, if they allow a conditional request next time. */
        seen?: SeenSource;
      }
    | { status: 'failed'; errorCode: string; errorMessage: string };
}

export interface Recorded {
  /** Images that ended now. A missing image was recorded before, or its lease was lost. */
  imageIds: string[];
  /** Requests that ended with these images. */
  endedRequests: { id: string; status: 'completed' | 'failed' }[];
}

const OUTCOMES = unnest({
  id: 'bigint',
  lease: 'uuid',
  status: 'image_status',
  artifact_key: 'text',
  format: 'text',
  width: 'int',
  height: 'int',
  bytes_in: 'int',
  bytes_out: 'int',
  kept_original: 'bool',
  error_code: 'text',
  error_message: 'text',
});

/**
 * Records outcomes in one atomic statement. It ends the images and their duplicates in the same request,
 * and adds to the counters. It completes requests without open images and inserts their deliveries. It
 * ignores an image without the given lease, and one of a canceled or removed request. It also ignores an
 * image whose artifact was collected meanwhile.
 *
 * The lock order is requests, artifacts, images. The `ARRAY(…)` subqueries complete the first two locks
 * before an image is updated.
 */
const RECORD = new PreparedStatement<Recorded>(
  'record_outcomes',
  `
  WITH outcome AS (
    SELECT * FROM ${OUTCOMES.as('o')}
  ), open_request AS (
    SELECT id FROM processing_requests
    WHERE id IN (SELECT request_id FROM images WHERE id = ANY($1::bigint[]))
      AND status IN (${sqlList(requestStatusesBefore('completed'))})
    ORDER BY id FOR UPDATE
  ), usable_artifact AS (
    SELECT key FROM artifacts
    WHERE key = ANY($4::text[]) AND (sweep_after IS NULL OR key = ANY($13::text[]))
      AND (SELECT count(*) FROM open_request) > 0
    ORDER BY key FOR NO KEY UPDATE
  ), ended AS (
    UPDATE images SET lease = NULL, lease_until = NULL, finished_at = now(), status = o.status,
           artifact_key = o.artifact_key, format = o.format, width = o.width, height = o.height,
           bytes_in = o.bytes_in, bytes_out = o.bytes_out, kept_original = o.kept_original,
           error_code = o.error_code, error_message = o.error_message
    FROM outcome o
    WHERE images.id = o.id AND images.lease = o.lease AND images.status = 'processing'
      -- IS TRUE keeps the planner from looking all images of the request up instead of these.
      AND (images.request_id = ANY(ARRAY(SELECT id FROM open_request))) IS TRUE
      AND (o.status = 'failed' OR o.artifact_key = ANY(ARRAY(SELECT key FROM usable_artifact)))
    RETURNING images.*
  ), duplicates AS (
    UPDATE images SET finished_at = now(), status = ended.status,
           artifact_key = ended.artifact_key, format = ended.format, width = ended.width,
           height = ended.height, bytes_in = ended.bytes_in, bytes_out = ended.bytes_out,
           kept_original = ended.kept_original, error_code = ended.error_code,
           error_message = ended.error_message
    FROM ended
    WHERE images.same_as = ended.id AND images.status = 'pending'
    RETURNING images.*
  ), artifact AS (
    UPDATE artifacts SET sweep_after = NULL
    WHERE sweep_after IS NOT NULL AND key = ANY(ARRAY(SELECT artifact_key FROM ended WHERE status = 'completed'))
  ), tally AS (
    SELECT request_id,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           coalesce(sum(bytes_in) FILTER (WHERE status = 'completed'), 0) AS bytes_in,
           coalesce(sum(bytes_out) FILTER (WHERE status = 'completed'), 0) AS bytes_out
    FROM (SELECT * FROM ended UNION ALL SELECT * FROM duplicates) AS moved
    GROUP BY request_id
  ), counted AS (
    UPDATE processing_requests r SET
      images_completed = r.images_completed + t.completed,
      images_failed = r.images_failed + t.failed,
      bytes_in = r.bytes_in + t.bytes_in,
      bytes_out = r.bytes_out + t.bytes_out,
      status = CASE
        WHEN r.images_completed + r.images_failed + r.images_cancelled + t.completed + t.failed
             < r.images_total THEN r.status
        WHEN r.images_completed + t.completed > 0 THEN 'completed'
        ELSE 'failed' END,
      completed_at = CASE
        WHEN r.images_completed + r.images_failed + r.images_cancelled + t.completed + t.failed
             < r.images_total THEN NULL
        ELSE now() END,
      expires_at = CASE
        WHEN r.images_completed + r.images_failed + r.images_cancelled + t.completed + t.failed
             < r.images_total THEN NULL
        ELSE ${expiryAfter('$14')} END
    FROM tally t
    WHERE r.id = t.request_id
    RETURNING r.*
  ), delivery AS (${insertDeliveryOf('counted')}
  )
  SELECT (SELECT coalesce(array_agg(id::text), '{}') FROM ended) AS "imageIds",
         (SELECT coalesce(json_agg(json_build_object('id', id, 'status', status)), '[]')
          FROM counted WHERE completed_at IS NOT NULL) AS "endedRequests"`,
);

export async function recordOutcomes(
  dataSource: DataSource,
  outcomes: readonly Outcome[],
  retentionDays: number,
): Promise<Recorded> {
  const rows = outcomes.map(({ imageId, lease, result }) => {
    const completed = result.status === 'completed' ? result : undefined;
    const failed = result.status === 'failed' ? result : undefined;
    return {
      id: imageId,
      lease,
      status: result.status,
      artifact_key: completed?.artifactKey,
      format: completed?.format,
      width: completed?.width,
      height: completed?.height,
      bytes_in: completed?.bytesIn,
      bytes_out: completed?.bytesOut,
      kept_original: completed?.keptOriginal ?? false,
      error_code: failed?.errorCode,
      error_message: failed?.errorMessage,
    };
  });
  const made = outcomes.flatMap(({ result }) =>
    result.status === 'completed' && result.made ? [result.artifactKey] : [],
  );
  const [recorded] = await RECORD.run(dataSource, [
    ...OUTCOMES.arraysOf(rows),
    made,
    retentionDays,
  ]);
  return recorded;
}
