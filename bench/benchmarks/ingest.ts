import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from 'pg';
import { copyFromFile, copyToFile, measureSeconds } from '../support/copy.js';
import { type Measurement, runInterleaved, median } from '../support/measurement.js';
import { readCpuMs, listProcessTree, PeakMemory } from '../support/processes.js';
import { writeShopifyExport } from '../support/catalog.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

const PRODUCT_COLUMNS = 'request_id, row_number, serial_number, product_name, cells';
const IMAGE_COLUMNS = 'id, request_id, row_number, position, column_index, input_url, same_as';

/** Measures the upload of a million rows with two images each, compared with COPY of the same rows. */
export async function benchmarkIngest(environment: BenchEnvironment): Promise<Measurement[]> {
  const rowCount = environment.isSmall ? 50_000 : 1_000_000;
  const csv = await environment.writeCatalog('thumb', rowCount * 2, 0, 2);
  return measureIngest(environment, csv, {
    rowCount,
    label: 'Ingest',
    content: `${rowCount} rows with 2 images each`,
  });
}

/** Measures the upload of a Shopify export of a million rows, compared with COPY of the same rows. */
export async function benchmarkShopifyIngest(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const rowCount = environment.isSmall ? 50_000 : 1_000_000;
  const url = (i: number) => environment.origin.url('thumb', i, 'shopify', 0);
  const csv = await writeShopifyExport(join(environment.folder, 'shopify.csv'), rowCount, url);
  const content = `a Shopify export of ${rowCount} rows with ${(rowCount / 4) * 3} images`;
  return measureIngest(environment, csv, { rowCount, label: 'Ingest', content });
}

async function measureIngest(
  environment: BenchEnvironment,
  csv: string,
  { rowCount, label, content }: { rowCount: number; label: string; content: string },
): Promise<Measurement[]> {
  const app = await environment.startApp();
  await app.measureSeconds(await environment.writeCatalog('thumb', 4));
  const idleMb = new PeakMemory(app.pid).stop();

  return environment.servers.withDatabase(async (db) => {
    const peaks: number[] = [];
    let id = '';
    const rootPids = [app.pid, environment.servers.pid];
    const pairs = await runInterleaved(
      3,
      async () => {
        const memory = new PeakMemory(app.pid);
        const result = await measureSecondsAndCpu(
          rootPids,
          async () => (id = await app.upload(csv)),
        );
        peaks.push(memory.stop());
        await cancelRequest(db, id);
        return result;
      },
      async () => {
        const [products, images] = await saveRows(db, id, environment.folder);
        const result = await measureSecondsAndCpu(rootPids, () => copyRows(db, products, images));
        await deleteRows(db, id);
        return result;
      },
    );
    const [uploads, copies] = [pairs.map((pair) => pair.a), pairs.map((pair) => pair.b)];
    const seconds = median(uploads.map((result) => result.seconds));
    const getCpuSeconds = (runs: typeof uploads) => median(runs.map((result) => result.cpuSeconds));
    return [
      {
        label: `${label} of ${content}`,
        value: `${seconds.toFixed(1)} s, ${Math.round(rowCount / seconds)} rows/s`,
        baseline: `COPY ${median(copies.map((result) => result.seconds)).toFixed(1)} s`,
        ratio: median(pairs.map((pair) => pair.a.seconds / pair.b.seconds)),
        target: { atMost: 2 },
      },
      {
        label: `${label}: CPU time of the app, PostgreSQL and the client`,
        value: `${getCpuSeconds(uploads).toFixed(1)} s`,
        baseline: `COPY ${getCpuSeconds(copies).toFixed(1)} s`,
        ratio: median(pairs.map((pair) => pair.a.cpuSeconds / pair.b.cpuSeconds)),
      },
      {
        label: `${label}: memory of the app and its decoders`,
        value: `${Math.max(...peaks).toFixed(0)} MB at its peak`,
        baseline: `${idleMb.toFixed(0)} MB idle`,
        ratio: Math.max(...peaks) - idleMb,
        target: { atMost: 250 },
      },
    ];
  });
}

/** Returns the wall time and CPU time of `work`. The CPU time includes this process and the process trees of `rootPids`. */
async function measureSecondsAndCpu(
  rootPids: readonly number[],
  work: () => Promise<unknown>,
): Promise<{ seconds: number; cpuSeconds: number }> {
  const readCpuTimes = () =>
    new Map(
      [process.pid, ...rootPids.flatMap(listProcessTree)].map((pid) => [pid, readCpuMs([pid])]),
    );
  const before = readCpuTimes();
  const seconds = await measureSeconds(work);
  // Processes that ended in the meantime do not count.
  const sum = [...readCpuTimes()].reduce(
    (total, [pid, ms]) => total + ms - (before.get(pid) ?? 0),
    0,
  );
  return { seconds, cpuSeconds: sum / 1000 };
}

/** Cancels the request to keep the app from fetching its images during the next measurement. */
async function cancelRequest(db: Client, id: string): Promise<void> {
  await db.query(`UPDATE processing_requests SET status = 'cancelled' WHERE id = $1`, [id]);
}

/** Saves the rows of the upload as COPY text, with the ID of a request that is never processed. */
async function saveRows(db: Client, id: string, folder: string): Promise<[string, string]> {
  const [copyId, products, images] = [
    randomUUID(),
    join(folder, 'products'),
    join(folder, 'images'),
  ];
  await copyToFile(
    db,
    `COPY (SELECT '${copyId}', row_number, serial_number, product_name, cells FROM products
           WHERE request_id = '${id}' ORDER BY row_number) TO STDOUT`,
    products,
  );
  await copyToFile(
    db,
    `COPY (SELECT id + 1000000000, '${copyId}', row_number, position, column_index, input_url,
                  same_as + 1000000000
           FROM images WHERE request_id = '${id}' ORDER BY id) TO STDOUT`,
    images,
  );
  return [products, images];
}

async function copyRows(db: Client, products: string, images: string): Promise<void> {
  await db.query('BEGIN');
  await copyFromFile(db, `COPY products (${PRODUCT_COLUMNS}) FROM STDIN`, products);
  await copyFromFile(db, `COPY images (${IMAGE_COLUMNS}) FROM STDIN`, images);
  await db.query('COMMIT');
}

/** Empties the tables before the next pair of measurements. */
async function deleteRows(db: Client, id: string): Promise<void> {
  await db.query('TRUNCATE products, images');
  await db.query('DELETE FROM processing_requests WHERE id = $1', [id]);
}
