import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { buildMarkDue } from './due-requests.js';
import { isFinal, REQUEST_STATUSES, toSqlList } from '../states.js';
import { auditReasonsFromItem } from '../statements/count-audits.js';
import { markUnusedArtifacts } from './unused-artifacts.js';
import { artifactImagesFromItem } from './artifact-images.js';

/** Numbers of images that one repair reopened. */
export interface RepairedImages {
  /** Images that are compressed again from their source URLs. */
  pending: number;
  /** Images of canceled requests. A retry of the request compresses them again. */
  cancelled: number;
}

/**
 * Statuses of the requests that a repair reopens. A canceled request remains canceled. Its retry includes the
 * repaired images.
 */
const REOPENED_STATUSES = toSqlList(
  REQUEST_STATUSES.filter((status) => isFinal(status) && status !== 'cancelled'),
);

const LOST_IMAGES = `
  SELECT id, request_id, same_as, artifact_key, bytes_in, bytes_out, audit
  FROM ${artifactImagesFromItem('$1')} image WHERE request_id = ANY($2::uuid[])`;

/** Selects all artifacts of the images that use artifact $1. The locks on their requests keep them unchanged. */
const LOST_IMAGE_KEYS = `
  WITH lost AS (${LOST_IMAGES})
  SELECT $1 AS key UNION SELECT artifact_key FROM lost
  UNION SELECT artifact_key FROM image_outputs WHERE image_id = ANY(ARRAY(SELECT id FROM lost))`;

/**
 * Updates the images of one artifact and the counters of their requests. A reopened request keeps its
 * failed images and finishes again with a new delivery (record-outcomes.ts).
 */
const REOPEN_IMAGES = `
  WITH lost AS (${LOST_IMAGES}
  ), moved AS (
    UPDATE images
    SET status = CASE WHEN request.status = 'cancelled' THEN 'cancelled' ELSE 'pending' END::image_status,
        attempts = 0, interruptions = 0, not_before = now(), artifact_key = NULL, format = NULL,
        width = NULL, height = NULL, bytes_in = NULL, bytes_out = NULL, kept_original = false,
        audit = NULL, started_at = NULL,
        finished_at = CASE WHEN request.status = 'cancelled' THEN now() END
    FROM lost JOIN processing_requests request ON request.id = lost.request_id
    WHERE images.id = lost.id
    RETURNING images.request_id, images.not_before, images.status
  ), waiting AS (
    SELECT request_id, not_before FROM moved WHERE status = 'pending'
  ), marked AS (${buildMarkDue('waiting')}
  ), lost_output AS (
    DELETE FROM image_outputs WHERE image_id = ANY(ARRAY(SELECT id FROM lost))
    RETURNING image_id, output, bytes_out
  ), uncounted_output AS (
    UPDATE request_outputs o SET bytes_out = o.bytes_out - t.bytes_out
    FROM (
      SELECT lost.request_id, output, sum(lost_output.bytes_out) AS bytes_out
      FROM lost JOIN lost_output ON image_id = coalesce(lost.same_as, lost.id)
      GROUP BY lost.request_id, output
    ) t WHERE o.request_id = t.request_id AND o.output = t.output
  ), uncounted_audit AS (
    UPDATE request_audits a SET images = a.images - t.images
    FROM (
      SELECT request_id, reason, count(*) AS images
      FROM lost CROSS JOIN LATERAL ${auditReasonsFromItem('audit')}
      WHERE audit IS NOT NULL GROUP BY request_id, reason
    ) t WHERE a.request_id = t.request_id AND a.reason = t.reason
  ), tally AS (
    SELECT request_id, count(*)::int AS images,
           coalesce(sum(bytes_in), 0) AS bytes_in, coalesce(sum(bytes_out), 0) AS bytes_out
    FROM lost GROUP BY request_id
  )
  UPDATE processing_requests r SET
    images_completed = r.images_completed - t.images,
    images_cancelled = r.images_cancelled + CASE r.status WHEN 'cancelled' THEN t.images ELSE 0 END,
    images_kept = CASE WHEN r.status IN (${REOPENED_STATUSES}) THEN r.images_completed - t.images
                       ELSE least(r.images_kept, r.images_completed - t.images) END,
    bytes_in = r.bytes_in - t.bytes_in,
    bytes_out = r.bytes_out - t.bytes_out,
    status = CASE WHEN r.status IN (${REOPENED_STATUSES}) THEN 'pending' ELSE r.status END,
    retried_at = CASE WHEN r.status IN (${REOPENED_STATUSES}) THEN now() ELSE r.retried_at END,
    completed_at = CASE WHEN r.status IN (${REOPENED_STATUSES}) THEN NULL ELSE r.completed_at END,
    expires_at = CASE WHEN r.status IN (${REOPENED_STATUSES}) THEN NULL ELSE r.expires_at END
  FROM tally t WHERE r.id = t.request_id
  RETURNING r.status, t.images`;

/** Reopens completed images whose file is lost. No other code changes the status `completed`. */
@Injectable()
export class ArtifactRepairRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Marks the images of one artifact as pending. Garbage collection removes what is left of the file,
   * and the files of other outputs that no image uses. `isLost` runs while the rows are locked, because
   * another worker may have stored the file in the meantime.
   */
  repairArtifact(key: string, isLost: () => Promise<boolean>): Promise<RepairedImages> {
    return this.dataSource.transaction(async (db) => {
      // Same lock order as record-outcomes.ts: requests, artifacts, images.
      const requestIds = await lockRequests(db, key);
      const keys = (await db.query<{ key: string }[]>(LOST_IMAGE_KEYS, [key, requestIds])).map(
        (row) => row.key,
      );
      await db.query('SELECT 1 FROM artifacts WHERE key = ANY($1) ORDER BY key FOR UPDATE', [keys]);
      if (!(await isLost())) return { pending: 0, cancelled: 0 };

      const [updatedRequests] = await db.query<[{ status: string; images: number }[], number]>(
        REOPEN_IMAGES,
        [key, requestIds],
      );
      await markUnusedArtifacts(db, keys);
      const countImages = (matchesStatus: (status: string) => boolean) =>
        updatedRequests
          .filter(({ status }) => matchesStatus(status))
          .reduce((sum, { images }) => sum + images, 0);
      return {
        pending: countImages((status) => status !== 'cancelled'),
        cancelled: countImages((status) => status === 'cancelled'),
      };
    });
  }
}

async function lockRequests(db: EntityManager, key: string): Promise<string[]> {
  const rows = await db.query<{ id: string }[]>(
    `SELECT id FROM processing_requests
     WHERE id IN (SELECT request_id FROM ${artifactImagesFromItem('$1')} image)
     ORDER BY id FOR UPDATE`,
    [key],
  );
  return rows.map(({ id }) => id);
}
