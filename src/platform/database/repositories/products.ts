import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { ImageFormat } from '../../compression/inspect/image-format.js';
import type { ImageStatus } from '../states.js';

export interface ImageOnPage {
  position: number;
  /** Index of the image column in the header. Null in uploads of an earlier version: the first image column. */
  column: number | null;
  input_url: string;
  status: ImageStatus;
  artifact_key: string | null;
  /** Null if the upload had no `filename_template`. */
  file_name: string | null;
  format: ImageFormat | null;
  width: number | null;
  height: number | null;
  bytes_in: number | null;
  bytes_out: number | null;
  kept_original: boolean;
  error_code: string | null;
  error_message: string | null;
  /** Stored audit result; null if the image was not audited. */
  audit: string | null;
  /** All outputs of a completed image, in order. Undefined if they were not requested. */
  outputs?: OutputOnPage[];
}

/** One stored output of an image. */
export interface OutputOnPage {
  /** Index in the outputs of the request. */
  output: number;
  artifact_key: string;
  format: ImageFormat;
  width: number;
  height: number;
  bytes: number;
  /** Null unless a target score or maximum size determined the quality. */
  quality: number | null;
  score: number | null;
}

export interface ProductOnPage {
  row: number;
  serial_number: string;
  product_name: string;
  images: ImageOnPage[];
}

/** Start of a page: after a row, or within a row. */
export interface PageStart {
  row: number;
  /** Position of the row's last image on the previous page. Null if the row is complete. */
  position: number | null;
}

export interface ProductPage {
  products: ProductOnPage[];
  /** Start of the next page; null on the last page. */
  next: PageStart | null;
}

/** Maximum number of images on a page, which is twice as many as an uploaded row can have. */
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
   * Reads only the images of the page and one more, regardless of the size of the request.
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
    const pageProducts = products.slice(0, limit);
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
        pageProducts.at(-1)?.row ?? start.row,
        MAX_IMAGES_PER_PAGE + 1,
      ],
    );
    if (withOutputs) await this.addOutputs(images);
    return images.length > MAX_IMAGES_PER_PAGE
      ? toShortenedPage(pageProducts, images)
      : toPage(pageProducts, images, products.length > limit);
  }

  /** Reads the outputs of completed images. Duplicates have the outputs of their first image. */
  private async addOutputs(images: ImageRow[]): Promise<void> {
    const completedImages = images.filter(({ status }) => status === 'completed');
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
      [[...new Set(completedImages.map(({ first_id }) => first_id))]],
    );
    const outputsByImage = new Map<string, OutputOnPage[]>();
    for (const { image_id, ...output } of rows) {
      const imageOutputs = outputsByImage.get(image_id);
      if (imageOutputs) imageOutputs.push(output);
      else outputsByImage.set(image_id, [output]);
    }
    for (const image of completedImages) image.outputs = outputsByImage.get(image.first_id) ?? [];
  }
}

/** Omits the product of the last image. If that is the only product, the page contains a part of its images. */
function toShortenedPage(products: ProductRow[], images: ImageRow[]): ProductPage {
  const lastRow = images.at(-1)!.row;
  const completeProducts = products.filter(({ row }) => row < lastRow);
  if (completeProducts.length > 0) return toPage(completeProducts, images, true);

  const pageImages = images.slice(0, -1);
  const { products: partialProducts } = toPage(products.slice(0, 1), pageImages, true);
  return {
    products: partialProducts,
    next: { row: lastRow, position: pageImages.at(-1)!.position },
  };
}

function toPage(products: ProductRow[], images: ImageRow[], hasNext: boolean): ProductPage {
  const imagesByRow = new Map<number, ImageOnPage[]>();
  for (const { row, first_id: _firstId, ...image } of images) {
    const rowImages = imagesByRow.get(row);
    if (rowImages) rowImages.push(image);
    else imagesByRow.set(row, [image]);
  }
  const lastProduct = products.at(-1);
  return {
    products: products.map((product) => ({
      ...product,
      images: imagesByRow.get(product.row) ?? [],
    })),
    next: hasNext && lastProduct ? { row: lastProduct.row, position: null } : null,
  };
}
