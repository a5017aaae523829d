import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Env } from '../../config/env.js';
import { OpenWorkQuota } from '../open-work-quota.js';
import type { BulkOperationKind } from '../entities/bulk-operation.entity.js';
import {
  IMAGE_STATUSES,
  imageStatusesBefore,
  isFinal,
  requestStatusesBefore,
  toSqlList,
} from '../states.js';
import { buildMarkDue } from './due-requests.js';
import { expiryExpression, buildInsertDeliveries } from './insert-deliveries.js';
import { isBulkOperationPending, lockRequest, restartRequest } from './request-row.js';

/** `changed`, or the reason why the request did not change. */
export type TransitionResult =
  'changed' | 'unknown' | 'alreadyCanceled' | 'finished' | 'running' | 'nothingToRetry' | 'busy';

/** Number of images per statement. Each statement must finish within the response timeout. */
const RETRY_BATCH_SIZE = 20_000;

/** Statuses of images that are queued or being processed. The dispatch window bounds their number. */
const IN_FLIGHT_STATUSES = toSqlList(
  IMAGE_STATUSES.filter((status) => !isFinal(status) && status !== 'pending').filter((status) =>
    imageStatusesBefore('cancelled').includes(status),
  ),
);

/**
 * Cancels, retries and removes requests. The row of the request changes immediately. Later outcomes do not
 * count, because record-outcomes.ts acquires the same lock first. The rows of the images are updated in batches
 * (bulk-operations.ts).
 */
@Injectable()
export class RequestTransitionsRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly env: Env,
    private readonly quota: OpenWorkQuota,
  ) {}

  /** Cancels an unfinished request, counts its unfinished images as canceled and inserts its delivery. */
  cancelRequest(id: string): Promise<TransitionResult> {
    return this.dataSource.transaction(async (db) => {
      const request = await lockRequest(db, id);
      if (!request) return 'unknown';
      if (request.status === 'cancelled') return 'alreadyCanceled';
      if (!requestStatusesBefore('cancelled').includes(request.status)) return 'finished';
      if (await isBulkOperationPending(db, id)) return 'busy';

      // A claim may have locked images and wait for the request. The bulk operation cancels these images.
      await db.query(
        `UPDATE images SET status = 'cancelled', lease = NULL, lease_until = NULL, finished_at = now()
         WHERE id = ANY(ARRAY(
           SELECT id FROM images
           WHERE request_id = $1 AND status IN (${IN_FLIGHT_STATUSES}) AND lease_until IS NOT NULL
           FOR UPDATE SKIP LOCKED))`,
        [id],
      );
      await db.query(
        `WITH finished AS (
           UPDATE processing_requests
           SET status = 'cancelled', completed_at = now(), expires_at = ${expiryExpression('$2')},
               images_cancelled = images_total - images_completed - images_failed
           WHERE id = $1
           RETURNING *
         ) ${buildInsertDeliveries('finished')}`,
        [id, this.env.RETENTION_DAYS],
      );
      await startBulkOperation(db, id, 'cancel');
      return 'changed';
    });
  }

  /**
   * Reopens a finished request with the images that failed or were canceled.
   * @throws OpenWorkLimitError
   */
  retryRequest(id: string): Promise<TransitionResult> {
    return this.dataSource.transaction(async (db) => {
      const request = await lockRequest(db, id);
      if (!request) return 'unknown';
      if (!isFinal(request.status)) return 'running';
      if (await isBulkOperationPending(db, id)) return 'busy';
      const imageCount = request.imagesFailed + request.imagesCancelled;
      if (imageCount === 0) return 'nothingToRetry';
      await this.quota.checkNewRequest(
        (sql, parameters) => db.query(sql, parameters),
        request.owner,
        imageCount,
      );

      await db.query(
        `UPDATE processing_requests
         SET status = 'pending', images_failed = 0, images_cancelled = 0,
             retried_at = now(), images_kept = images_completed,
             completed_at = NULL, expires_at = NULL
         WHERE id = $1`,
        [id],
      );
      await startBulkOperation(db, id, request.imagesCancelled > 0 ? 'resume' : 'retry');
      return 'changed';
    });
  }

  /**
   * Marks the failed images with one error code as pending. Duplicates have the same error code as their first
   * image, so they are included. The other images remain unchanged, so one transaction is enough.
   *
   * @throws OpenWorkLimitError
   */
  retryImagesWithCode(id: string, code: string): Promise<TransitionResult> {
    return this.dataSource.transaction(async (db) => {
      const request = await lockRequest(db, id);
      if (!request) return 'unknown';
      if (!isFinal(request.status)) return 'running';
      if (await isBulkOperationPending(db, id)) return 'busy';
      const imageCount = await countFailed(db, id, code);
      if (imageCount === 0) return 'nothingToRetry';
      await this.quota.checkNewRequest(
        (sql, parameters) => db.query(sql, parameters),
        request.owner,
        imageCount,
      );

      for (
        let remainingCount = imageCount;
        remainingCount > 0;
        remainingCount -= RETRY_BATCH_SIZE
      ) {
        await setFailedToPending(db, id, code);
      }
      await restartRequest(db, request, imageCount);
      return 'changed';
    });
  }

  /** Removes a request in any state. Its pending deliveries are not sent. */
  removeRequest(id: string): Promise<TransitionResult> {
    return this.dataSource.transaction(async (db) => {
      if (!(await lockRequest(db, id))) return 'unknown';
      await removeRows(db, [id]);
      return 'changed';
    });
  }

  /** Removes up to `limit` expired requests. Returns their IDs. */
  removeExpiredRequests(limit: number): Promise<string[]> {
    return this.dataSource.transaction(async (db) => {
      const expiredRequests: { id: string }[] = await db.query(
        `SELECT id FROM processing_requests
         WHERE expires_at <= now() AND status NOT IN (${toSqlList(requestStatusesBefore('completed'))})
         ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [limit],
      );
      const ids = expiredRequests.map(({ id }) => id);
      if (ids.length > 0) await removeRows(db, ids);
      return ids;
    });
  }
}

async function countFailed(db: EntityManager, id: string, code: string): Promise<number> {
  const [{ count }] = await db.query<[{ count: number }]>(
    `SELECT count(*)::int AS count FROM images
     WHERE request_id = $1 AND status = 'failed' AND error_code = $2`,
    [id, code],
  );
  return count;
}

async function setFailedToPending(db: EntityManager, id: string, code: string): Promise<void> {
  await db.query(
    `WITH moved AS (
       UPDATE images SET status = 'pending', attempts = 0, interruptions = 0, not_before = '-infinity',
              error_code = NULL, error_message = NULL, started_at = NULL, finished_at = NULL
       WHERE id = ANY(ARRAY(SELECT id FROM images
                            WHERE request_id = $1 AND status = 'failed' AND error_code = $2 LIMIT $3))
       RETURNING request_id, not_before
     ) ${buildMarkDue('moved')}`,
    [id, code, RETRY_BATCH_SIZE],
  );
}

async function startBulkOperation(
  db: EntityManager,
  id: string,
  kind: BulkOperationKind,
): Promise<void> {
  await db.query('INSERT INTO request_sweeps (request_id, kind) VALUES ($1, $2)', [id, kind]);
}

async function removeRows(db: EntityManager, ids: string[]): Promise<void> {
  for (const table of ['webhook_deliveries', 'request_outputs', 'request_audits']) {
    await db.query(`DELETE FROM ${table} WHERE request_id = ANY($1)`, [ids]);
  }
  await db.query('DELETE FROM processing_requests WHERE id = ANY($1)', [ids]);
  await db.query(
    `INSERT INTO request_sweeps (request_id, kind) SELECT unnest($1::uuid[]), 'remove'
     ON CONFLICT (request_id) DO UPDATE SET kind = 'remove', row_number = 0, position = 0`,
    [ids],
  );
}
