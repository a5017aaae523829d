import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';
import type { ImageStatus } from '../states.js';

export interface ImageOnPage {
  position: number;
  /** Position of its column in the header; null: the first image column (uploads of an earlier version). */
  column: number | null;
  input_url: string;
  status: ImageStatus;
  artifact_key: string | null;
  /** Null: the upload had no `filename_template`. */
  file_name: string | null;
  format: ImageFormat | null;
  width: number | null;
  height: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  kept_original: boolean;
  error_code: string | null;
  error_message: string | null;
  /** As stored; null: not audited. */
  audit: string | null;
  /** All outputs of a completed image, in their order. Undefined when they were not requested. */
  outputs?: OutputOnPage[];
}

/** One stored output of an image. */
export interface OutputOnPage {
  /** Position in the outputs of the request, from 0. */
  output: number;
  artifact_key: string;
  format: ImageFormat;
  width: number;
  height: number;
  bytes: number;
  /** Null unless the quality was chosen for this image. */
  quality: number | null;
  score: number | null;
}

export interface ProductOnPage {
  row: number;
  serial_number: string;
  product_name: string;
  images: ImageOnPage[];
}

/** Start of a page: after this row, or within it. */
export interface PageStart {
  row: number;
  /** Position of the last image of the row on the previous page; null: all of them. */
  position: number | null;
}

export interface ProductPage {
  products: ProductOnPage[];
  /** Start of the next page; null on the last page. */
  next: PageStart | null;
}

/** Maximum number of images on a page, twice as many as an uploaded row can have. */
export const MAX_IMAGES_PER_PAGE = 2000;
const MAX_POSITION = 2 ** 31 - 1;

type ImageRow = ImageOnPage & { row: number; first_id: string };
type ProductRow = Omit<ProductOnPage, 'images'>;

@Injectable()
export class ProductsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Returns up to `limit` products after `start`, in order, with their images. The page also ends
   * before a product that would exceed `MAX_IMAGES_PER_PAGE` images. Only a product with more
   * images than that continues on the next page. Such products were uploaded before the limit per
   * row existed.
   *
   * Reads only the images of the page and one more, for any size of the request and any page.
   */
  async listWithImages(
    requestId: string,
    start: PageStart,
    limit: number,
    { withOutputs = false } = {},
  ): Promise<ProductPage> {
    const products = await this.dataSource.query<ProductRow[]>(
      `SELECT row_number AS row, serial_number, product_name FROM products
       WHERE request_id = $1 AND row_number >= $2
       ORDER BY row_number LIMIT $3`,
      [requestId, start.position === null ? start.row + 1 : start.row, limit + 1],
    );
    const wanted = products.slice(0, limit);
    const images = await this.dataSource.query<ImageRow[]>(
      `SELECT row_number AS row, position, column_index::int AS column, input_url, status, artifact_key, file_name, format, width, height,
              bytes_in, bytes_out, kept_original, error_code, error_message, audit,
              coalesce(same_as, id) AS first_id
       FROM images
       WHERE request_id = $1 AND (row_number, position) > ($2, $3) AND row_number <= $4
       ORDER BY row_number, position LIMIT $5`,
      [
        requestId,
        start.row,
        start.position ?? MAX_POSITION,
        wanted.at(-1)?.row ?? start.row,
        MAX_IMAGES_PER_PAGE + 1,
      ],
    );
    if (withOutputs) await this.addOutputs(images);
    return images.length > MAX_IMAGES_PER_PAGE
      ? cutPage(wanted, images)
      : toPage(wanted, images, products.length > limit);
  }

  /** Reads the outputs of completed images. Duplicates have the outputs of their first image. */
  private async addOutputs(images: ImageRow[]): Promise<void> {
    const completed = images.filter(({ status }) => status === 'completed');
    const rows = await this.dataSource.query<(OutputOnPage & { image_id: string })[]>(
      `SELECT stored.*, artifact.quality, artifact.score
       FROM (
         SELECT id AS image_id, 0 AS output, artifact_key, format, width, height, bytes_out AS bytes
         FROM images WHERE id = ANY($1) AND artifact_key IS NOT NULL
         UNION ALL
         SELECT image_id, output, artifact_key, format, width, height, bytes_out
         FROM image_outputs WHERE image_id = ANY($1)
       ) stored LEFT JOIN artifacts artifact ON artifact.key = stored.artifact_key
       ORDER BY image_id, output`,
      [[...new Set(completed.map(({ first_id }) => first_id))]],
    );
    const outputs = new Map<string, OutputOnPage[]>();
    for (const { image_id, ...output } of rows) {
      const others = outputs.get(image_id);
      if (others) others.push(output);
      else outputs.set(image_id, [output]);
    }
    for (const image of completed) image.outputs = outputs.get(image.first_id) ?? [];
  }
}

/** Returns the page without the product of its last image. A page of one product keeps a part of it. */
function cutPage(products: ProductRow[], images: ImageRow[]): ProductPage {
  const cut = images.at(-1)!.row;
  const whole = products.filter(({ row }) => row < cut);
  if (whole.length > 0) return toPage(whole, images, true);

  const shown = images.slice(0, -1);
  const { products: parts } = toPage(products.slice(0, 1), shown, true);
  return { products: parts, next: { row: cut, position: shown.at(-1)!.position } };
}

function toPage(products: ProductRow[], images: ImageRow[], hasNext: boolean): ProductPage {
  const ofRow = new Map<number, ImageOnPage[]>();
  for (const { row, first_id: _first, ...image } of images) {
    const others = ofRow.get(row);
    if (others) others.push(image);
    else ofRow.set(row, [image]);
  }
  const last = products.at(-1);
  return {
    products: products.map((product) => ({ ...product, images: ofRow.get(product.row) ?? [] })),
    next: hasNext && last ? { row: last.row, position: null } : null,
  };
}
