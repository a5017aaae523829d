import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ImageFormat } from '../../common/image-format.js';
import type { ImageStatus } from '../states.js';

export interface ImageOnPage {
  position: number;
  input_url: string;
  status: ImageStatus;
  artifact_key: string | null;
  format: ImageFormat | null;
  width: number | null;
  height: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  kept_original: boolean;
  error_code: string | null;
  error_message: string | null;
}

export interface ProductOnPage {
  row: number;
  serial_number: string;
  product_name: string;
  images: ImageOnPage[];
}

@Injectable()
export class ProductsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Up to `limit` products after a row (0: from the first), with all their images, in order. Reads
   * nothing but those rows, however large the request and however far the page.
   */
  async pageWithImages(requestId: string, afterRow: number, limit: number) {
    return this.dataSource.query<ProductOnPage[]>(
      `SELECT row_number AS row, serial_number, product_name,
              (SELECT coalesce(json_agg(image ORDER BY position), '[]') FROM (
                 SELECT position, input_url, status, artifact_key, format, width, height, bytes_in,
                        bytes_out, kept_original, error_code, error_message
                 FROM images
                 WHERE request_id = product.request_id AND row_number = product.row_number
               ) image) AS images
       FROM products product
       WHERE request_id = $1 AND row_number > $2
       ORDER BY row_number
       LIMIT $3`,
      [requestId, afterRow, limit],
    );
  }
}
