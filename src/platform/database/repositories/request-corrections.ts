import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { ProcessingRequest } from '../entities/processing-request.entity.js';
import { OpenWorkQuota } from '../open-work-quota.js';
import { type ImageStatus, isFinal } from '../states.js';
import { buildMarkDue } from './due-requests.js';
import { isBulkOperationPending, lockRequest, restartRequest } from './request-row.js';
import { correctImages, type ImageCorrection } from '../statements/correct-images.js';
import { SEPARATE_DUPLICATES } from '../statements/separate-duplicates.js';

/** An image of a request before its correction. */
export interface CorrectableImage {
  id: string;
  row: number;
  /** Position within the row, starting at 1. */
  position: number;
  /** Index of its image column in the header. */
  column: number;
  status: ImageStatus;
  /** URL of the last attempt. */
  inputUrl: string;
  /** True if an earlier correction replaced the URL in the cell. */
  isCorrected: boolean;
}

/**
 * Yields the corrections in batches. `findImages` reads images while the request is locked and the previous
 * batches are applied.
 */
export type FindCorrections = (
  request: ProcessingRequest,
  findImages: (rowNumbers: number[]) => Promise<CorrectableImage[]>,
) => AsyncIterable<ImageCorrection[]>;

/** Number of corrected images, or the reason why the request was not corrected. */
export type CorrectionResult = { corrected: number } | 'unknown' | 'cancelled' | 'busy';

const FIND_IMAGES_BY_ROW = `
  SELECT id::text, row_number AS row, position, coalesce(column_index, $3)::int AS column, status,
         input_url AS "inputUrl", cell_reference IS NOT NULL AS "isCorrected"
  FROM images WHERE request_id = $1 AND row_number = ANY($2::int[])
  ORDER BY row_number, position`;

/** Replaces the URLs of failed images of a request. Either all corrections of a call take effect or none. */
@Injectable()
export class RequestCorrectionsRepository {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly quota: OpenWorkQuota,
  ) {}

  /**
   * Marks the corrected images as pending. Reopens a finished request, but its other failed images remain
   * failed. Does not change the request if there are no corrections.
   *
   * @throws OpenWorkLimitError, or an error of `findCorrections`
   */
  correctRequest(id: string, findCorrections: FindCorrections): Promise<CorrectionResult> {
    return this.dataSource.transaction(async (db) => {
      const request = await lockRequest(db, id);
      if (!request) return 'unknown';
      if (request.status === 'cancelled') return 'cancelled';
      if (await isBulkOperationPending(db, id)) return 'busy';

      const findImages = (rowNumbers: number[]) =>
        db.query<CorrectableImage[]>(FIND_IMAGES_BY_ROW, [id, rowNumbers, request.urlColumn]);
      let correctedCount = 0;
      for await (const batch of findCorrections(request, findImages)) {
        if (batch.length === 0) continue;
        await db.query(SEPARATE_DUPLICATES, [batch.map((correction) => correction.id)]);
        correctedCount += await correctImages(db, id, batch);
      }
      if (correctedCount > 0) await this.restart(db, request, correctedCount);
      return { corrected: correctedCount };
    });
  }

  private async restart(db: EntityManager, request: ProcessingRequest, imageCount: number) {
    const query = <T>(sql: string, parameters: unknown[]) => db.query<T[]>(sql, parameters);
    if (isFinal(request.status)) await this.quota.checkNewRequest(query, request.owner, imageCount);
    else await this.quota.checkAdditionalImages(query, request.owner, imageCount);
    await restartRequest(db, request, imageCount);
    await db.query(buildMarkDue(`(SELECT $1::uuid AS request_id, now() AS not_before) restarted`), [
      request.id,
    ]);
  }
}
