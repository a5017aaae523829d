import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ImageFormat } from '../../common/image-format.js';

export interface CompletedImage {
  row: number;
  position: number;
  productName: string;
  artifactKey: string;
  format: ImageFormat;
  finishedAt: Date;
}

@Injectable()
export class CompletedImagesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * All of a request in the order of the CSV, read page by page: a download of gigabytes holds neither
   * a connection nor a snapshot. What completed images say does not change any more.
   */
  async *inOrder(requestId: string, pageSize = 500): AsyncGenerator<CompletedImage> {
    let [row, position] = [0, 0];
    for (;;) {
      const page = await this.dataSource.query<CompletedImage[]>(
        `SELECT image.row_number AS row, image.position, product.product_name AS "productName",
                image.artifact_key AS "artifactKey", image.format,
                coalesce(image.finished_at, now()) AS "finishedAt"
         FROM images image JOIN products product USING (request_id, row_number)
         WHERE image.request_id = $1 AND (image.row_number, image.position) > ($2, $3)
           AND image.status = 'completed'
         ORDER BY image.row_number, image.position LIMIT $4`,
        [requestId, row, position, pageSize],
      );
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < pageSize) return;
      ({ row, position } = last);
    }
  }
}
