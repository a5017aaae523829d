import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { RequestSweep, type SweepKind } from '../entities/request-sweep.entity.js';
import { imageStatusesBefore, isFinal, sqlList } from '../states.js';
import { markDue } from './due-requests.js';

export interface SweepStep {
  requestId: string;
  kind: SweepKind;
  /** Nothing is left of this sweep. */
  done: boolean;
}

/** How far one batch came. */
interface Walked {
  /** Images that were looked at. */
  seen: number;
  /** Images that somebody else has locked at this moment: they are looked at again. */
  skipped: number;
  row: number | null;
  position: number | null;
}

const OPEN = sqlList(imageStatusesBefore('cancelled'));
const TO_RETRY = sqlList(imageStatusesBefore('pending').filter(isFinal));

/** The next images of the request after the place where the sweep is ($2, $3), at most $4. */
const walk = (also = ''): string => `
  walked AS (
    SELECT id, row_number, position, status, same_as FROM images
    WHERE request_id = $1 AND (row_number, position) > ($2, $3) ${also}
    ORDER BY row_number, position LIMIT $4
  ), last AS (
    SELECT row_number, position FROM walked ORDER BY row_number DESC, position DESC LIMIT 1
  )`;
const answer = (skipped: string): string => `
  SELECT (SELECT count(*)::int FROM walked) AS seen, ${skipped} AS skipped,
         (SELECT row_number FROM last) AS row, (SELECT position FROM last) AS position`;

/** Never waits for a row: a claim that holds images may wait for a lock of ours. */
const CANCEL = `
  WITH ${walk()}, open AS (
    SELECT id FROM walked WHERE status IN (${OPEN})
  ), moved AS (
    UPDATE images SET status = 'cancelled', lease = NULL, lease_until = NULL, finished_at = now()
    WHERE id = ANY(ARRAY(
      SELECT id FROM images WHERE id = ANY(ARRAY(SELECT id FROM open)) AND status IN (${OPEN})
      FOR UPDATE SKIP LOCKED))
    RETURNING id
  ) ${answer('(SELECT count(*)::int FROM open) - (SELECT count(*)::int FROM moved)')}`;

/** Duplicates move with their first image: alone, they would miss its end or never come to one. */
const RETRY = (also = ''): string => `
  WITH ${walk(also)}, first AS (
    SELECT id FROM walked WHERE status IN (${TO_RETRY}) AND same_as IS NULL
  ), moved AS (
    UPDATE images SET status = 'pending', attempts = 0, interruptions = 0, not_before = '-infinity',
           error_code = NULL, error_message = NULL, started_at = NULL, finished_at = NULL
    WHERE id = ANY(ARRAY(
      SELECT id FROM first
      UNION ALL
      SELECT id FROM images WHERE same_as = ANY(ARRAY(SELECT id FROM first)) AND status IN (${TO_RETRY})))
    RETURNING id, request_id, not_before
  ), marked AS (${markDue('moved')}
  ) ${answer('0')}`;

const REMOVE = `
  WITH ${walk()}, gone AS (
    DELETE FROM images WHERE id = ANY(ARRAY(
      SELECT id FROM images WHERE id = ANY(ARRAY(SELECT id FROM walked)) FOR UPDATE SKIP LOCKED))
    RETURNING artifact_key
  ) ${answer('(SELECT count(*)::int FROM walked) - (SELECT count(*)::int FROM gone)')},
  ARRAY(SELECT DISTINCT artifact_key FROM gone WHERE artifact_key IS NOT NULL ORDER BY 1) AS keys`;

const STATEMENTS: Record<SweepKind, string> = {
  cancel: CANCEL,
  retry: RETRY(`AND status = 'failed'`),
  resume: RETRY(),
  remove: REMOVE,
};

/** The images of requests that were cancelled, retried or removed, batch by batch. */
@Injectable()
export class RequestSweepsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Moves up to `limit` images of one sweep, that of `requestId` if it is named; nothing when there is
   * none that another app has not in hand. What a person waits for goes before removals.
   */
  advance(limit: number, requestId?: string): Promise<SweepStep | undefined> {
    return this.dataSource.transaction(async (db) => {
      const [sweep] = await db.query<RequestSweepRow[]>(
        `SELECT request_id, kind, row_number, position FROM request_sweeps
         ${requestId ? 'WHERE request_id = $1' : ''}
         ORDER BY kind = 'remove', created_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
        requestId ? [requestId] : [],
      );
      if (!sweep) return undefined;
      const done = await this.step(db, sweep, limit);
      return { requestId: sweep.request_id, kind: sweep.kind, done };
    });
  }

  private async step(db: EntityManager, sweep: RequestSweepRow, limit: number): Promise<boolean> {
    const { request_id: id, kind, row_number: row, position } = sweep;
    const [walked] = await db.query<(Walked & { keys?: string[] })[]>(STATEMENTS[kind], [
      id,
      row,
      position,
      limit,
    ]);
    if (walked.keys?.length) await giveUpArtifacts(db, walked.keys);
    if (walked.skipped > 0) return false;

    const done = walked.seen < limit;
    if (kind === 'remove') await removeProducts(db, id, row, done ? null : walked.row);
    if (done) await db.delete(RequestSweep, { requestId: id });
    else
      await db.update(
        RequestSweep,
        { requestId: id },
        { rowNumber: walked.row!, position: walked.position! },
      );
    return done;
  }
}

interface RequestSweepRow {
  request_id: string;
  kind: SweepKind;
  row_number: number;
  position: number;
}

/** Products whose images are all gone: from the row of the last batch to before the row of this one. */
async function removeProducts(db: EntityManager, id: string, from: number, to: number | null) {
  await db.query(
    `DELETE FROM products WHERE request_id = $1 AND row_number >= $2 AND row_number < coalesce($3, 2147483647)`,
    [id, from, to],
  );
}

/**
 * Artifacts that no image uses any more are left to the artifact sweep. Two statements: only the
 * second sees what those recorded who had the lock before.
 */
async function giveUpArtifacts(db: EntityManager, keys: string[]): Promise<void> {
  await db.query(
    'SELECT 1 FROM artifacts WHERE key = ANY($1) AND sweep_after IS NULL ORDER BY key FOR UPDATE',
    [keys],
  );
  await db.query(
    `UPDATE artifacts SET sweep_after = now()
     WHERE key = ANY($1) AND sweep_after IS NULL
       AND (SELECT id FROM images WHERE artifact_key = artifacts.key LIMIT 1) IS NULL`,
    [keys],
  );
}
