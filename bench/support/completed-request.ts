import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

/** Base URL of the output URLs, as stored by an upload. */
const BASE_URL = 'http://shop.example';

const CATALOG = {
  layout: { format: 'csv', encoding: 'utf-8', bom: false, delimiter: ',', newline: '\n' },
  platform: 'generic',
  headerRow: 1,
  header: ['S. No.', 'Product Name', 'Input Image Urls'],
  preamble: [],
  imageColumns: [2],
  serialColumn: 0,
  nameColumn: 1,
};

/** Inserts a request of `productCount` rows with two completed images each. @returns the ID of the request */
export async function insertCompletedRequest(db: Client, productCount: number): Promise<string> {
  const id = randomUUID();
  await db.query(
    `INSERT INTO processing_requests (id, status, filename, header, columns, url_column, dialect,
       options, base_url, products, images_total, images_completed, started_at, completed_at, catalog)
     VALUES ($1, 'completed', 'bench.csv', '{S. No.,Product Name,Input Image Urls}',
       '{"serial_number":"S. No.","product_name":"Product Name","input_image_urls":"Input Image Urls"}',
       2, '{"delimiter":",","newline":"\\n","encoding":"utf-8","bom":false}',
       '{"quality":50,"format":"original"}', $2, $3::int, $3::int * 2, $3::int * 2, now(), now(), $4)`,
    [id, BASE_URL, productCount, CATALOG],
  );
  await db.query(
    `INSERT INTO products (request_id, row_number, serial_number, product_name, cells)
     SELECT $1, n, n, 'SKU' || n, ARRAY[n::text, 'SKU' || n,
       'https://cdn.shop.example/images/' || n || '-1.jpg,https://cdn.shop.example/images/' || n || '-2.jpg']
     FROM generate_series(1, $2::int) n`,
    [id, productCount],
  );
  await db.query(
    `INSERT INTO images (request_id, row_number, position, column_index, input_url, status, artifact_key, format,
       width, height, bytes_in, bytes_out, started_at, finished_at)
     SELECT $1, n, p, 2, 'https://cdn.shop.example/images/' || n || '-' || p || '.jpg', 'completed',
       encode(sha256((n || '-' || p)::bytea), 'hex'), 'jpeg', 1600, 1200, 400000, 120000, now(), now()
     FROM generate_series(1, $2::int) n, generate_series(1, 2) p`,
    [id, productCount],
  );
  await db.query('VACUUM ANALYZE products, images');
  return id;
}
