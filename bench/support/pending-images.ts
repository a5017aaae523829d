import type { Client } from 'pg';

/**
 * Inserts one unfinished request per owner. The first owner has half of the images. The other owners share the
 * rest equally.
 */
export async function insertPendingImages(
  db: Client,
  ownerCount: number,
  imageCount: number,
): Promise<void> {
  await db.query(
    `CREATE TEMP TABLE planned AS
     SELECT gen_random_uuid() AS id, 'owner-' || n AS owner,
            CASE WHEN n = 1 THEN $2::int / 2 ELSE $2::int / 2 / ($1::int - 1) END AS images
     FROM generate_series(1, $1::int) n`,
    [ownerCount, imageCount],
  );
  await db.query(
    `INSERT INTO processing_requests (id, owner, filename, header, columns, url_column, dialect, options,
       base_url, products, images_total)
     SELECT id, owner, 'bench.csv', '{S. No.,Product Name,Input Image Urls}',
       '{"serial_number":"S. No.","product_name":"Product Name","input_image_urls":"Input Image Urls"}',
       2, '{"delimiter":",","newline":"\\n","encoding":"utf-8","bom":false}',
       '{"quality":50,"format":"original"}', 'http://shop.example', images, images FROM planned`,
  );
  await db.query(
    `INSERT INTO images (request_id, row_number, position, column_index, input_url)
     SELECT id, n, 1, 2, 'https://cdn.shop.example/images/' || owner || '/' || n || '.jpg'
     FROM planned CROSS JOIN LATERAL generate_series(1, images) n`,
  );
  await db.query('INSERT INTO due_requests (request_id, owner) SELECT id, owner FROM planned');
  await db.query('VACUUM ANALYZE images, processing_requests, due_requests');
}
