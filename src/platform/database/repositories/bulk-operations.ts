import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { BulkOperation, type BulkOperationKind } from '../entities/bulk-operation.entity.js';
import { imageStatusesBefore, isFinal, toSqlList } from '../states.js';
import { buildMarkDue } from './due-requests.js';
import { markUnusedArtifacts } from './unused-artifacts.js';

export interface BulkOperationStep {
  requestId: string;
  kind: BulkOperationKind;
  /** True if the operation has reached the last image. */
  isDone: boolean;
}

/** Progress of one batch. */
interface BatchProgress {
  /** Number of images that were read. */
  read_count: number;
  /** Number of images that another transaction had locked. They are read again. */
  skipped_count: number;
  row: number | null;
  position: number | null;
}

const UNFINISHED_STATUSES = toSqlList(imageStatusesBefore('cancelled'));
const RETRYABLE_STATUSES = toSqlList(imageStatusesBefore('pending').filter(isFinal));

/** Builds CTEs that read up to $4 images of request $1 after the cursor ($2, $3) of the operation. */
const buildNextBatch = (condition = ''): string => `
  batch AS (
    SELECT id, row_number, position, status, same_as FROM images
    WHERE request_id = $1 AND (row_number, position) > ($2, $3) ${condition}
    ORDER BY row_number, position LIMIT $4
  ), last AS (
    SELECT row_number, position FROM batch ORDER BY row_number DESC, position DESC LIMIT 1
  )`;
const buildProgressSelect = (skippedCount: string): string => `
  SELECT (SELECT count(*)::int FROM batch) AS read_count, ${skippedCount} AS skipped_count,
         (SELECT row_number FROM last) AS row, (SELECT position FROM last) AS position`;

/** Skips locked rows, because a claim that has locked images may wait for a lock of this transaction. */
const CANCEL_BATCH = `
  WITH ${buildNextBatch()}, unfinished AS (
    SELECT id FROM batch WHERE status IN (${UNFINISHED_STATUSES})
  ), moved AS (
    UPDATE images SET status = 'cancelled', lease = NULL, lease_until = NULL, finished_at = now()
    WHERE id = ANY(ARRAY(
      SELECT id FROM images WHERE id = ANY(ARRAY(SELECT id FROM unfinished)) AND status IN (${UNFINISHED_STATUSES})
      FOR UPDATE SKIP LOCKED))
    RETURNING id
  ) ${buildProgressSelect('(SELECT count(*)::int FROM unfinished) - (SELECT count(*)::int FROM moved)')}`;

/** Also retries the duplicates of each first image, because they get its outcome. */
const buildRetryBatch = (condition = ''): string => `
  WITH ${buildNextBatch(condition)}, first AS (
    SELECT id FROM batch WHERE status IN (${RETRYABLE_STATUSES}) AND same_as IS NULL
  ), moved AS (
    UPDATE images SET status = 'pending', attempts = 0, interruptions = 0, not_before = '-infinity',
           error_code = NULL, error_message = NULL, started_at = NULL, finished_at = NULL
    WHERE id = ANY(ARRAY(
      SELECT id FROM first
      UNION ALL
      SELECT id FROM images WHERE same_as = ANY(ARRAY(SELECT id FROM first)) AND status IN (${RETRYABLE_STATUSES})))
    RETURNING id, request_id, not_before
  ), marked AS (${buildMarkDue('moved')}
  ) ${buildProgressSelect('0')}`;

const REMOVE_BATCH = `
  WITH ${buildNextBatch()}, deleted AS (
    DELETE FROM images WHERE id = ANY(ARRAY(
      SELECT id FROM images WHERE id = ANY(ARRAY(SELECT id FROM batch)) FOR UPDATE SKIP LOCKED))
    RETURNING id, artifact_key
  ), deleted_output AS (
    DELETE FROM image_outputs WHERE image_id = ANY(ARRAY(SELECT id FROM deleted))
    RETURNING artifact_key
  ) ${buildProgressSelect('(SELECT count(*)::int FROM batch) - (SELECT count(*)::int FROM deleted)')},
  ARRAY(SELECT artifact_key FROM deleted WHERE artifact_key IS NOT NULL
        UNION SELECT artifact_key FROM deleted_output ORDER BY 1) AS keys`;

const STATEMENTS: Record<BulkOperationKind, string> = {
  cancel: CANCEL_BATCH,
  retry: buildRetryBatch(`AND status = 'failed'`),
  resume: buildRetryBatch(),
  remove: REMOVE_BATCH,
};

/** Updates the images of canceled, retried or removed requests in batches. */
@Injectable()
export class BulkOperationsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Updates up to `limit` images of one operation. Cancellations and retries have priority over
   * removals.
   * @param requestId selects the operation of this request
   * @returns undefined if there is no operation, or if other processes have locked all operations
   */
  advanceOperation(limit: number, requestId?: string): Promise<BulkOperationStep | undefined> {
    return this.dataSource.transaction(async (db) => {
      const [operation] = await db.query<BulkOperationRow[]>(
        `SELECT request_id, kind, row_number, position FROM request_sweeps
         ${requestId ? 'WHERE request_id = $1' : ''}
         ORDER BY kind = 'remove', created_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
        requestId ? [requestId] : [],
      );
      if (!operation) return undefined;
      const isDone = await this.executeStep(db, operation, limit);
      return { requestId: operation.request_id, kind: operation.kind, isDone };
    });
  }

  private async executeStep(
    db: EntityManager,
    operation: BulkOperationRow,
    limit: number,
  ): Promise<boolean> {
    const { request_id: id, kind, row_number: row, position } = operation;
    const [batch] = await db.query<(BatchProgress & { keys?: string[] })[]>(STATEMENTS[kind], [
      id,
      row,
      position,
      limit,
    ]);
    if (batch.keys?.length) await markUnusedArtifacts(db, batch.keys);
    if (batch.skipped_count > 0) return false;

    const isDone = batch.read_count < limit;
    if (kind === 'remove') await removeProducts(db, id, row, isDone ? null : batch.row);
    if (isDone) await db.delete(BulkOperation, { requestId: id });
    else
      await db.update(
        BulkOperation,
        { requestId: id },
        { rowNumber: batch.row!, position: batch.position! },
      );
    return isDone;
  }
}

interface BulkOperationRow {
  request_id: string;
  kind: BulkOperationKind;
  row_number: number;
  position: number;
}

/** Deletes products whose images are all removed. `endRow` is exclusive; null for the last batch. */
async function removeProducts(
  db: EntityManager,
  id: string,
  startRow: number,
  endRow: number | null,
) {
  await db.query(
    `DELETE FROM products WHERE request_id = $1 AND row_number >= $2 AND row_number < coalesce($3, 2147483647)`,
    [id, startRow, endRow],
  );
}
