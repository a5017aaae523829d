import type { DataSource } from 'typeorm';
import type { CompressionOptions } from '../../compression/compression-options.js';
import type { RequestOutput } from '../request-output.js';
import type { AuditScope, PresetId } from '../../presets/preset.js';
import { PreparedStatement } from '../prepared-statement.js';
import { imageStatusesBefore, requestStatusesBefore, toSqlList } from '../states.js';
import { originPausedCondition, ownerPausedCondition } from './paused-condition.js';
import { type KnownSource, sourceKeyExpression } from './save-sources.js';
import { unnest } from './unnest.js';

/** An image that this worker has claimed with `lease`. */
export interface ClaimedImage {
  id: string;
  requestId: string;
  inputUrl: string;
  lease: string;
  /** Number of attempts, including this one. */
  attempts: number;
  interruptions: number;
  options: CompressionOptions;
  /** Null for a single unnamed output. Use `outputsOf(image)` instead. */
  outputs: RequestOutput[] | null;
  preset: PresetId | null;
  /** Files to check against the limits of the preset. */
  audit: AuditScope | null;
  /** Name of the API key that uploaded the request; empty without keys. */
  owner: string;
  /** Time since the image became due, excluding a previous pause. */
  waitSeconds: number;
  /** Parent span of the image; null if the request is not traced. */
  traceparent: string | null;
  /** Validators and hash from the last download of the URL. */
  knownSource: KnownSource | null;
}

const REQUESTED_IMAGES = unnest({ id: 'bigint', lease: 'uuid' });

const CLAIM_IMAGES = new PreparedStatement<ClaimedImage>(
  'claim_images',
  `WITH requested AS (
     SELECT * FROM ${REQUESTED_IMAGES.toFromItem('r')}
   ), claimed AS (
     UPDATE images SET status = 'processing', lease = requested.lease, attempts = attempts + 1,
            lease_until = now() + make_interval(secs => $3),
            started_at = coalesce(started_at, now())
     FROM requested
     WHERE images.id = requested.id AND images.status IN (${toSqlList(imageStatusesBefore('processing'))})
       AND images.same_as IS NULL AND images.not_before <= now()
       AND EXISTS (SELECT 1 FROM processing_requests
                   WHERE id = images.request_id AND status IN (${toSqlList(requestStatusesBefore('completed'))})
                     AND NOT ${ownerPausedCondition('processing_requests.owner')})
       AND NOT ${originPausedCondition('images')}
     RETURNING images.id, images.request_id, images.input_url, images.lease, images.attempts,
               images.interruptions, images.not_before
   ), started_request AS (
     UPDATE processing_requests SET status = 'processing', started_at = coalesce(started_at, now())
     WHERE id IN (SELECT request_id FROM claimed) AND status = 'pending'
   )
   SELECT claimed.id, request_id AS "requestId", input_url AS "inputUrl", lease, attempts,
          interruptions, request.options, request.outputs, request.owner, request.traceparent,
          request.preset, request.audit,
          extract(epoch FROM now() - greatest(
            not_before, request.created_at, request.retried_at,
            (SELECT resumed_at FROM dispatch_pauses WHERE kind = 'owner' AND name = request.owner)
          ))::float8 AS "waitSeconds",
          CASE WHEN source.key IS NOT NULL THEN json_build_object(
            'etag', source.etag, 'lastModified', source.last_modified,
            'sha256', encode(source.sha256, 'hex'), 'bytes', source.bytes) END AS "knownSource"
   FROM claimed JOIN processing_requests request ON request.id = request_id
   LEFT JOIN sources source ON source.key = ${sourceKeyExpression('claimed.input_url')}`,
);

/** Claims images, each with its own lease. The result omits images that cannot be claimed. */
export const claimImages = (
  dataSource: DataSource,
  images: readonly { id: string; lease: string }[],
  leaseSeconds: number,
): Promise<ClaimedImage[]> =>
  CLAIM_IMAGES.execute(dataSource, [...REQUESTED_IMAGES.toArrays(images), leaseSeconds]);
