import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from 'pg';
import { copyIn, copyToFile, timed } from '../support/copy.js';
import { type Figure, interleaved, median } from '../support/figures.js';
import { cpuMs, familyOf, PeakMemory } from '../support/processes.js';
import { writeShopifyExport } from '../support/catalog.js';
import type { Stage } from '../support/stage.js';

const PRODUCT_COLUMNS = 'request_id, row_number, serial_number, product_name, cells';
const IMAGE_COLUMNS = 'id, request_id, row_number, position, column_index, input_url, same_as';

/** Measures the upload of a million rows with two images each, compared with COPY of the same rows. */
export async function ingest(stage: Stage): Promise<Figure[]> {
  const rows = stage.small ? 50_000 : 1_000_000;
  const csv = await stage.catalog('thumb', rows * 2, 0, 2);
  return ingestFile(stage, csv, { rows, what: 'Ingest', of: `${rows} rows with 2 images each` });
}

/** Measures the upload of a Shopify export of a million rows, compared with COPY of the same rows. */
export async function ingestShopify(stage: Stage): Promise<Figure[]> {
  const rows = stage.small ? 50_000 : 1_000_000;
  const url = (i: number) => stage.origin.url('thumb', i, 'shopify', 0);
  const csv = await writeShopifyExport(join(stage.folder, 'shopify.csv'), rows, url);
  const of = `a Shopify export of ${rows} rows with ${(rows / 4) * 3} images`;
  return ingestFile(stage, csv, { rows, what: 'Ingest', of });
}

async function ingestFile(
  stage: Stage,
  csv: string,
  { rows, what, of }: { rows: number; what: string; of: string },
): Promise<Figure[]> {
  const app = await stage.app();
  await app.secondsFor(await stage.catalog('thumb', 4));
  const idleMb = new PeakMemory(app.pid).stop();

  return stage.servers.withDatabase(async (db) => {
    const peaks: number[] = [];
    let id = '';
    const roots = [app.pid, stage.servers.pid];
    const pairs = await interleaved(
      3,
      async () => {
        const memory = new PeakMemory(app.pid);
        const taken = await timedCpu(roots, async () => (id = await app.upload(csv)));
        peaks.push(memory.stop());
        await neverWorkOn(db, id);
        return taken;
      },
      async () => {
        const [products, images] = await saved(db, id, stage.folder);
        const taken = await timedCpu(roots, () => copyBoth(db, products, images));
        await forget(db, id);
        return taken;
      },
    );
    const [a, b] = [pairs.map((pair) => pair.a), pairs.map((pair) => pair.b)];
    const seconds = median(a.map((taken) => taken.seconds));
    const cpu = (list: typeof a) => median(list.map((taken) => taken.cpuSeconds));
    return [
      {
        what: `${what} of ${of}`,
        measured: `${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s`,
        against: `COPY ${median(b.map((taken) => taken.seconds)).toFixed(1)} s`,
        ratio: median(pairs.map((pair) => pair.a.seconds / pair.b.seconds)),
        target: { atMost: 2 },
      },
      {
        what: `${what}: CPU time of the app, PostgreSQL and the client`,
        measured: `${cpu(a).toFixed(1)} s`,
        against: `COPY ${cpu(b).toFixed(1)} s`,
        ratio: median(pairs.map((pair) => pair.a.cpuSeconds / pair.b.cpuSeconds)),
      },
      {
        what: `${what}: memory of the app and its decoders`,
        measured: `${Math.max(...peaks).toFixed(0)} MB at its peak`,
        against: `${idleMb.toFixed(0)} MB idle`,
        ratio: Math.max(...peaks) - idleMb,
        target: { atMost: 250 },
      },
    ];
  });
}

/** Wall time, and CPU time of this process and of the process trees of the roots, in seconds. */
async function timedCpu(
  roots: readonly number[],
  work: () => Promise<unknown>,
): Promise<{ seconds: number; cpuSeconds: number }> {
  const spent = () =>
    new Map([process.pid, ...roots.flatMap(familyOf)].map((pid) => [pid, cpuMs([pid])]));
  const before = spent();
  const seconds = await timed(work);
  // A process that ended meanwhile is left out.
  const sum = [...spent()].reduce((total, [pid, ms]) => total + ms - (before.get(pid) ?? 0), 0);
  return { seconds, cpuSeconds: sum / 1000 };
}

/** Cancels the request. Otherwise the app would fetch its images during the next measurement. */
async function neverWorkOn(db: Client, id: string): Promise<void> {
  await db.query(`UPDATE processing_requests SET status = 'cancelled' WHERE id = $1`, [id]);
}

/** Saves the rows of the upload as COPY text, with the ID of a request that is never processed. */
async function saved(db: Client, id: string, folder: string): Promise<[string, string]> {
  const [other, products, images] = [
    randomUUID(),
    join(folder, 'products'),
    join(folder, 'images'),
  ];
  await copyToFile(
    db,
    `COPY (SELECT '${other}', row_number, serial_number, product_name, cells FROM products
           WHERE request_id = '${id}' ORDER BY row_number) TO STDOUT`,
    products,
  );
  await copyToFile(
    db,
    `COPY (SELECT id + 1000000000, '${other}', row_number, position, column_index, input_url,
                  same_as + 1000000000
           FROM images WHERE request_id = '${id}' ORDER BY id) TO STDOUT`,
    images,
  );
  return [products, images];
}

async function copyBoth(db: Client, products: string, images: string): Promise<void> {
  await db.query('BEGIN');
  await copyIn(db, `COPY products (${PRODUCT_COLUMNS}) FROM STDIN`, products);
  await copyIn(db, `COPY images (${IMAGE_COLUMNS}) FROM STDIN`, images);
  await db.query('COMMIT');
}

/** Empties the tables before the next pair of measurements. */
async function forget(db: Client, id: string): Promise<void> {
  await db.query('TRUNCATE products, images');
  await db.query('DELETE FROM processing_requests WHERE id = $1', [id]);
}
