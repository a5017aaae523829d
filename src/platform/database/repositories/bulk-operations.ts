import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { BulkOperation, type BulkOperationKind } from '../entities/bulk-operation.entity.js';
import { imageStatusesBefore, isFinal, toSqlList } from '../states.js';
import { markDue } from './due-requests.js';
import { markUnusedArtifacts } from './unused-artifacts.js';

export interface BulkOperationStep {
  requestId: string;
  kind: BulkOperationKind;
  /** True when the operation has reached the last image. */
  done: boolean;
}

/** Progress of one batch. */
interface Batch {
  /** Number of images read. */
  seen: number;
  /** Number of images locked by another transaction. They are read again. */
  skipped: number;
  row: number | null;
  position: number | null;
}

const OPEN = toSqlList(imageStatusesBefore('cancelled'));
const TO_RETRY = toSqlList(imageStatusesBefore('pending').filter(isFinal));

/** Reads up to $4 images of request $1 after the cursor ($2, $3) of the operation. */
const nextBatch = (also = ''): string => `
  batch AS (
    SELECT id, row_number, position, status, same_as FROM images
    WHERE request_id = $1 AND (row_number, position) > ($2, $3) ${also}
    ORDER BY row_number, position LIMIT $4
  ), last AS (
    SELECT row_number, position FROM batch ORDER BY row_number DESC, position DESC LIMIT 1
  )`;
const progress = (skipped: string): string => `
  SELECT (SELECT count(*)::int FROM batch) AS seen, ${skipped} AS skipped,
         (SELECT row_number FROM last) AS row, (SELECT position FROM last) AS position`;

/** Skips locked rows, because a claim that holds images may wait for a lock of this transaction. */
const CANCEL = `
  WITH ${nextBatch()}, open AS (
    SELECT id FROM batch WHERE status IN (${OPEN})
  ), moved AS (
    UPDATE images SET status = 'cancelled', lease = NULL, lease_until = NULL, finished_at = now()
    WHERE id = ANY(ARRAY(
      SELECT id FROM images WHERE id = ANY(ARRAY(SELECT id FROM open)) AND status IN (${OPEN})
      FOR UPDATE SKIP LOCKED))
    RETURNING id
  ) ${progress('(SELECT count(*)::int FROM open) - (SELECT count(*)::int FROM moved)')}`;

/** Duplicates move with their first image, because they end when it ends. */
const RETRY = (also = ''): string => `
  WITH ${nextBatch(also)}, first AS (
    SELECT id FROM batch WHERE status IN (${TO_RETRY}) AND same_as IS NULL
  ), moved AS (
    UPDATE images SET status = 'pending', attempts = 0, interruptions = 0, not_before = '-infinity',
           error_code = NULL, error_message = NULL, started_at = NULL, finished_at = NULL
    WHERE id = ANY(ARRAY(
      SELECT id FROM first
      UNION ALL
      SELECT id FROM images WHERE same_as = ANY(ARRAY(SELECT id FROM first)) AND status IN (${TO_RETRY})))
    RETURNING id, request_id, not_before
  ), marked AS (${markDue('moved')}
  ) ${progress('0')}`;

const REMOVE = `
  WITH ${nextBatch()}, deleted AS (
    DELETE FROM images WHERE id = ANY(ARRAY(
      SELECT id FROM images WHERE id = ANY(ARRAY(SELECT id FROM batch)) FOR UPDATE SKIP LOCKED))
    RETURNING id, artifact_key
  ), deleted_output AS (
    DELETE FROM image_outputs WHERE image_id = ANY(ARRAY(SELECT id FROM deleted))
    RETURNING artifact_key
  ) ${progress('(SELECT count(*)::int FROM batch) - (SELECT count(*)::int FROM deleted)')},
  ARRAY(SELECT artifact_key FROM deleted WHERE artifact_key IS NOT NULL
        UNION SELECT artifact_key FROM deleted_output ORDER BY 1) AS keys`;

const STATEMENTS: Record<BulkOperationKind, string> = {
  cancel: CANCEL,
  retry: RETRY(`AND status = 'failed'`),
  resume: RETRY(),
  remove: REMOVE,
};

/** Changes the images of canceled, retried or removed requests in batches. */
@Injectable()
export class BulkOperationsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Changes up to `limit` images of one operation. Cancellations and retries have priority over
   * removals.
   * @param requestId restricts the choice to the operation of this request
   * @returns undefined if there is no operation, or if other apps hold all of them
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
      const done = await this.step(db, operation, limit);
      return { requestId: operation.request_id, kind: operation.kind, done };
    });
  }

  private async step(
    db: EntityManager,
    operation: BulkOperationRow,
    limit: number,
  ): Promise<boolean> {
    const { request_id: id, kind, row_number: row, position } = operation;
    const [batch] = await db.query<(Batch & { keys?: string[] })[]>(STATEMENTS[kind], [
      id,
      row,
      position,
      limit,
    ]);
    if (batch.keys?.length) await markUnusedArtifacts(db, batch.keys);
    if (batch.skipped > 0) return false;

    const done = batch.seen < limit;
    if (kind === 'remove') await removeProducts(db, id, row, done ? null : batch.row);
    if (done) await db.delete(BulkOperation, { requestId: id });
    else
      await db.update(
        BulkOperation,
        { requestId: id },
        { rowNumber: batch.row!, position: batch.position! },
      );
    return done;
  }
}

interface BulkOperationRow {
  request_id: string;
  kind: BulkOperationKind;
  row_number: number;
  position: number;
}

/** Deletes products without images: rows from the previous cursor up to, not including, the present one. */
async function removeProducts(db: EntityManager, id: string, from: number, to: number | null) {
  await db.query(
    `DELETE FROM products WHERE request_id = $1 AND row_number >= $2 AND row_number < coalesce($3, 2147483647)`,
    [id, from, to],
  );
}
