import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import type { CatalogDescription } from '../../src/platform/catalog/catalog-reader.js';
import type { CsvDialect } from '../../src/platform/database/entities/processing-request.entity.js';
import type { RequestStatus } from '../../src/platform/database/states.js';

/** Properties of an image with any status. */
interface StoredReference {
  url: string;
  /** Index of the image column in the header. Undefined for rows that the previous version of the app stored. */
  column?: number;
  /** Original reference in the cell, if a correction changed the URL. */
  reference?: string;
}

/** An image in the database. The defaults describe a completed JPEG. */
export type StoredImage = StoredReference &
  (
    | {
        status?: 'completed';
        key?: string;
        format?: string;
        bytesIn?: number;
        bytesOut?: number;
      }
    | { status: 'failed'; code: string; message: string }
    | { status: 'pending' | 'processing' | 'cancelled' }
  );

export interface StoredRequest {
  status?: RequestStatus;
  filename?: string;
  header?: string[];
  urlColumn?: number;
  dialect?: Partial<CsvDialect>;
  /** Undefined for requests that the previous version of the app stored. */
  catalog?: CatalogDescription;
  rows: { cells: string[]; images: StoredImage[] }[];
}

export const createArtifactKey = () => randomBytes(32).toString('hex');

/** Writes a request with all its rows, in the state that an upload and the workers would leave. */
export async function storeRequest(databaseUrl: string, request: StoredRequest): Promise<string> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const id = uuid();
    await insertRequest(client, id, request);
    for (const [rowIndex, { cells, images }] of request.rows.entries()) {
      await client.query('INSERT INTO products VALUES ($1, $2, $3, $4, $5)', [
        id,
        rowIndex + 1,
        cells[0],
        cells[1],
        cells,
      ]);
      for (const [i, image] of images.entries())
        await insertImage(client, id, rowIndex + 1, i + 1, image);
    }
    return id;
  } finally {
    await client.end();
  }
}

async function insertRequest(client: Client, id: string, request: StoredRequest): Promise<void> {
  const { status = 'completed', header = ['S. No.', 'Product Name', 'Input Image Urls'] } = request;
  const images = request.rows.flatMap((row) => row.images);
  const countImages = (expectedStatus: string) =>
    images.filter(({ status = 'completed' }) => status === expectedStatus).length;
  const hasEnded = status !== 'pending' && status !== 'processing';
  const urlColumn = request.urlColumn ?? 2;
  const dialect = { delimiter: ',', newline: '\n', encoding: 'utf-8', bom: false };
  await client.query(
    `INSERT INTO processing_requests (id, status, filename, header, columns, url_column, dialect, options,
       base_url, products, images_total, images_completed, images_failed, images_cancelled, bytes_in,
       bytes_out, started_at, completed_at, catalog)
     VALUES ($1, $2, $3, $4, $5, $6, $7, '{"quality": 50, "format": "original"}', 'http://upload.local',
       $8, $9, $10, $11, $12, $13, $14, now() - interval '10 s', CASE WHEN $15 THEN now() END, $16)`,
    [
      id,
      status,
      request.filename ?? 'products.csv',
      header,
      { serial_number: header[0], product_name: header[1], input_image_urls: header[urlColumn] },
      urlColumn,
      { ...dialect, ...request.dialect },
      request.rows.length,
      images.length,
      countImages('completed'),
      countImages('failed'),
      countImages('cancelled'),
      countImages('completed') * 1000,
      countImages('completed') * 400,
      hasEnded,
      request.catalog,
    ],
  );
}

async function insertImage(
  client: Client,
  id: string,
  row: number,
  position: number,
  image: StoredImage,
): Promise<void> {
  const completed =
    image.status === undefined || image.status === 'completed'
      ? { key: createArtifactKey(), format: 'jpeg', bytesIn: 1000, bytesOut: 400, ...image }
      : undefined;
  const failed = image.status === 'failed' ? image : undefined;
  // The running app does not process unfinished images, because they are neither due nor expired.
  await client.query(
    `INSERT INTO images (request_id, row_number, position, input_url, status, artifact_key, format,
       width, height, bytes_in, bytes_out, error_code, error_message, column_index,
       cell_reference, not_before, lease_until)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, $11, $12, $13, $14, 'infinity', 'infinity')`,
    [
      id,
      row,
      position,
      image.url,
      image.status ?? 'completed',
      completed?.key,
      completed?.format,
      completed && 100,
      completed?.bytesIn,
      completed?.bytesOut,
      failed?.code,
      failed?.message,
      image.column,
      image.reference,
    ],
  );
}

/**
 * Writes requests with one image each, in the state that uploads leave. Takes a few milliseconds. The images have the URLs
 * `<urlPrefix>/1.jpg`, `<urlPrefix>/2.jpg` and so on.
 */
export async function storeOneImageRequests(
  databaseUrl: string,
  requestCount: number,
  { owner, urlPrefix }: { owner: string; urlPrefix: string },
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const ids = Array.from({ length: requestCount }, () => uuid());
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO processing_requests (id, owner, filename, header, columns, url_column, dialect,
         options, base_url, products, images_total)
       SELECT id, $2, 'products.csv', '{S. No.,Product Name,Input Image Urls}',
         '{"serial_number": "S. No.", "product_name": "Product Name", "input_image_urls": "Input Image Urls"}',
         2, '{"delimiter": ",", "newline": "\\n", "encoding": "utf-8", "bom": false}',
         '{"quality": 50, "format": "original"}', 'http://upload.local', 1, 1
       FROM unnest($1::uuid[]) AS id`,
      [ids, owner],
    );
    await client.query(
      `INSERT INTO products SELECT id, 1, '1', 'SKU1', ARRAY['1', 'SKU1', '']
       FROM unnest($1::uuid[]) AS id`,
      [ids],
    );
    await client.query(
      `INSERT INTO images (request_id, row_number, position, input_url)
       SELECT id, 1, 1, $2 || '/' || n || '.jpg'
       FROM unnest($1::uuid[]) WITH ORDINALITY AS request (id, n)`,
      [ids, urlPrefix],
    );
    await client.query(
      'INSERT INTO due_requests (request_id, owner) SELECT unnest($1::uuid[]), $2',
      [ids, owner],
    );
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}
