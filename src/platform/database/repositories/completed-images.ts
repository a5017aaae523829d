import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';

/** One file of a completed image. */
export interface CompletedImage {
  row: number;
  position: number;
  /** Index in the outputs of the request. */
  output: number;
  productName: string;
  artifactKey: string;
  format: ImageFormat;
  width: number;
  height: number;
  /** Null if the upload had no `filename_template`. */
  fileName: string | null;
  finishedAt: Date;
}

/** Number of files of the completed images of a request at a point in time. */
export interface CompletedFileCount {
  count: number;
  /** PostgreSQL's time of the count, as text, because a `Date` has no microseconds. */
  countedAt: string;
}

@Injectable()
export class CompletedImagesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts the files. Returns undefined if the request does not exist. */
  async countFiles(requestId: string): Promise<CompletedFileCount | undefined> {
    const [result] = await this.dataSource.query<CompletedFileCount[]>(
      `SELECT now()::text AS "countedAt", (
         SELECT count(*)::int FROM images
         WHERE request_id = $1 AND status = 'completed' AND artifact_key IS NOT NULL
           AND coalesce(finished_at, '-infinity') <= now()
       ) + CASE WHEN outputs IS NULL THEN 0 ELSE (
         SELECT count(*)::int
         FROM images JOIN image_outputs ON image_id = coalesce(same_as, id)
         WHERE images.request_id = $1 AND status = 'completed'
           AND coalesce(finished_at, '-infinity') <= now()
       ) END AS count FROM processing_requests WHERE id = $1`,
      [requestId],
    );
    return result;
  }

  /**
   * Reads the files of the images that were completed at the time of the count, in the order of the product
   * file. Reads page by page, so a long download occupies neither a connection nor a snapshot.
   */
  async *readFiles(
    requestId: string,
    { countedAt }: CompletedFileCount,
    pageSize = 500,
  ): AsyncGenerator<CompletedImage> {
    let [row, position] = [0, 0];
    for (;;) {
      const page = await this.dataSource.query<CompletedImage[]>(
        `WITH page AS (
           SELECT image.*, product.product_name
           FROM images image JOIN products product USING (request_id, row_number)
           WHERE image.request_id = $1 AND (image.row_number, image.position) > ($2, $3)
             AND image.status = 'completed' AND image.artifact_key IS NOT NULL
             AND coalesce(image.finished_at, '-infinity') <= $5::timestamptz
           ORDER BY image.row_number, image.position LIMIT $4
         )
         SELECT row_number AS row, position, output, product_name AS "productName",
                file.artifact_key AS "artifactKey", file.format, file.width, file.height, file_name AS "fileName",
                coalesce(finished_at, now()) AS "finishedAt"
         FROM page CROSS JOIN LATERAL (
           SELECT 0 AS output, page.artifact_key, page.format, page.width, page.height
           UNION ALL
           SELECT output, artifact_key, format, width, height FROM image_outputs
           WHERE image_id = coalesce(page.same_as, page.id)
         ) file
         ORDER BY row_number, position, output`,
        [requestId, row, position, pageSize, countedAt],
      );
      yield* page;
      const lastFile = page.at(-1);
      if (!lastFile) return;
      ({ row, position } = lastFile);
    }
  }
}
