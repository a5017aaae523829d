import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { ProcessingRequest } from '../entities/processing-request.entity.js';
import { OpenWorkQuota } from '../open-work-quota.js';
import { type ImageStatus, isFinal } from '../states.js';
import { markDue } from './due-requests.js';
import { isBulkOperationPending, lockRequest, restartRequest } from './request-row.js';
import { correctImages, type ImageCorrection } from '../statements/correct-images.js';
import { SEPARATE_DUPLICATES } from '../statements/separate-duplicates.js';

/** An image of the request before its correction. */
export interface CorrectableImage {
  id: string;
  row: number;
  /** From 1, within the row. */
  position: number;
  /** Position of its image column in the header. */
  column: number;
  status: ImageStatus;
  /** URL of the last attempt. */
  inputUrl: string;
  /** True if a correction replaced the URL of its cell. */
  isCorrected: boolean;
}

/**
 * Finds the corrections, batch by batch. It reads images under the lock of the request, with previous
 * batches already applied.
 */
export type FindCorrections = (
  request: ProcessingRequest,
  findImages: (rows: number[]) => Promise<CorrectableImage[]>,
) => AsyncIterable<ImageCorrection[]>;

/** Number of corrected images, or the reason why the request cannot be corrected. */
export type CorrectionResult = { corrected: number } | 'unknown' | 'cancelled' | 'busy';

const IMAGES_OF_ROWS = `
  SELECT id::text, row_number AS row, position, coalesce(column_index, $3)::int AS column, status,
         input_url AS "inputUrl", cell_reference IS NOT NULL AS "isCorrected"
  FROM images WHERE request_id = $1 AND row_number = ANY($2::int[])
  ORDER BY row_number, position`;

/** Replaces the URLs of failed images of a request. All corrections of a call take effect, or none. */
@Injectable()
export class RequestCorrectionsRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly quota: OpenWorkQuota,
  ) {}

  /**
   * Marks the corrected images as pending. An ended request reopens as after a retry, but its other
   * failed images stay failed. An open request gets more open images. Does nothing without corrections.
   *
   * @throws the errors of `find`, OpenWorkLimitError
   */
  correct(id: string, find: FindCorrections): Promise<CorrectionResult> {
    return this.dataSource.transaction(async (db) => {
      const request = await lockRequest(db, id);
      if (!request) return 'unknown';
      if (request.status === 'cancelled') return 'cancelled';
      if (await isBulkOperationPending(db, id)) return 'busy';

      const findImages = (rows: number[]) =>
        db.query<CorrectableImage[]>(IMAGES_OF_ROWS, [id, rows, request.urlColumn]);
      let corrected = 0;
      for await (const batch of find(request, findImages)) {
        if (batch.length === 0) continue;
        await db.query(SEPARATE_DUPLICATES, [batch.map((image) => image.id)]);
        corrected += await correctImages(db, id, batch);
      }
      if (corrected > 0) await this.restart(db, request, corrected);
      return { corrected };
    });
  }

  private async restart(db: EntityManager, request: ProcessingRequest, images: number) {
    const query = <T>(sql: string, parameters: unknown[]) => db.query<T[]>(sql, parameters);
    if (isFinal(request.status)) await this.quota.checkNewRequest(query, request.owner, images);
    else await this.quota.checkMoreImages(query, request.owner, images);
    await restartRequest(db, request, images);
    await db.query(markDue(`(SELECT $1::uuid AS request_id, now() AS not_before) waiting_again`), [
      request.id,
    ]);
  }
}
