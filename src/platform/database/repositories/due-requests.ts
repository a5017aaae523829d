import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { imageStatusesBefore, requestStatusesBefore, toSqlList } from '../states.js';
import { ownerPausedCondition } from '../statements/paused-condition.js';
import { OWNERS_ROUND_ROBIN } from '../statements/fair-batch.js';

/**
 * Builds the part of a statement that makes the requests of pending images due. `images` is a subquery or
 * the name of a common table expression with `request_id` and `not_before`.
 */
export const buildMarkDue = (images: string): string => `
  INSERT INTO due_requests (request_id, owner, due_at)
  SELECT request.id, request.owner, waiting.due_at
  FROM (
    SELECT request_id, greatest(min(not_before), now()) AS due_at FROM ${images} GROUP BY request_id
  ) waiting JOIN processing_requests request ON request.id = waiting.request_id
  ORDER BY request.id
  ON CONFLICT (request_id) DO UPDATE SET
    due_at = least(due_requests.due_at, excluded.due_at), revision = due_requests.revision + 1`;

/** Reads and restores the rows of requests with images to dispatch. */
@Injectable()
export class DueRequestsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the owners that have due images and fewer than `queuedImageCount` queued images. */
  async findOwnersBelow(queuedImageCount: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ owner: string }[]>(
      `WITH RECURSIVE ${OWNERS_ROUND_ROBIN}
       SELECT owner FROM owners_in_turn
       WHERE due_at <= now() AND NOT ${ownerPausedCondition('owners_in_turn.owner')} AND (
         SELECT count(*) FROM (
           SELECT 1 FROM (SELECT request_id FROM images WHERE status = 'queued' OFFSET 0) queued
           WHERE (SELECT owner FROM processing_requests WHERE id = queued.request_id) = owners_in_turn.owner
           LIMIT $1
         ) counted
       ) < $1`,
      [queuedImageCount],
    );
    return rows.map(({ owner }) => owner);
  }

  /**
   * Inserts missing rows. Processes of an earlier version on the same database do not write these rows.
   * Returns the number of inserted rows.
   */
  async restoreMissingRows(): Promise<number> {
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO due_requests (request_id, owner)
       SELECT id, owner FROM processing_requests request
       WHERE status IN (${toSqlList(requestStatusesBefore('completed'))})
         AND NOT EXISTS (SELECT 1 FROM due_requests WHERE request_id = request.id)
         AND EXISTS (SELECT 1 FROM images
                     WHERE request_id = request.id AND status IN (${toSqlList(imageStatusesBefore('queued'))})
                       AND same_as IS NULL AND not_before < 'infinity')
       ON CONFLICT DO NOTHING
       RETURNING request_id`,
    );
    return rows.length;
  }
}
