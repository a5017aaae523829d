import { get } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { countCopiedBytes, measureSeconds } from '../support/copy.js';
import { type Measurement, runInterleaved, median } from '../support/measurement.js';
import { insertCompletedRequest } from '../support/completed-request.js';
import { PeakMemory } from '../support/processes.js';
import type { BenchEnvironment } from '../support/bench-environment.js';

/** Measures the download of an output CSV of a million rows, compared with COPY of the same rows. */
export async function benchmarkExport(environment: BenchEnvironment): Promise<Measurement[]> {
  const rowCount = environment.isSmall ? 50_000 : 1_000_000;
  const app = await environment.startApp();
  return environment.servers.withDatabase(async (db) => {
    const id = await insertCompletedRequest(db, rowCount);
    await measureDownload(`${app.url}/download/${id}`);
    const idle = new PeakMemory(app.pid);
    const idleMb = idle.stop();

    const peaks: number[] = [];
    const pairs = await runInterleaved(
      3,
      async () => {
        const memory = new PeakMemory(app.pid);
        const result = await measureDownload(`${app.url}/download/${id}`);
        peaks.push(memory.stop());
        return result;
      },
      () => measureSeconds(() => countCopiedBytes(db, buildCopyStatement(id))),
    );
    const seconds = median(pairs.map(({ a }) => a.seconds));
    const firstByteSeconds = median(pairs.map(({ a }) => a.firstByteSeconds));
    return [
      {
        label: `Export of ${rowCount} rows with 2 images each`,
        value: `${seconds.toFixed(1)} s, ${Math.round(rowCount / seconds)} rows/s`,
        baseline: `COPY ${median(pairs.map(({ b }) => b)).toFixed(1)} s`,
        ratio: median(pairs.map(({ a, b }) => a.seconds / b)),
        target: { atMost: 2 },
      },
      {
        label: 'Export: first byte',
        value: `${(firstByteSeconds * 1000).toFixed(0)} ms`,
        baseline: '-',
        ratio: firstByteSeconds,
        target: { atMost: 0.2 },
      },
      {
        label: 'Export: memory of the app and its decoders',
        value: `${Math.max(...peaks).toFixed(0)} MB at its peak`,
        baseline: `${idleMb.toFixed(0)} MB idle`,
        ratio: Math.max(...peaks) - idleMb,
        target: { atMost: 100 },
      },
    ];
  });
}

async function measureDownload(url: string) {
  const startedAt = performance.now();
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  let firstByteSeconds = 0;
  response.on('data', () => {
    firstByteSeconds ||= (performance.now() - startedAt) / 1000;
  });
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`GET ${url}: ${response.statusCode}`);
  return { firstByteSeconds, seconds: (performance.now() - startedAt) / 1000 };
}

const buildCopyStatement = (id: string) => `
  COPY (
    SELECT cells[1], cells[2], cells[3], urls FROM products JOIN (
      SELECT row_number, string_agg('http://shop.example/images/' || artifact_key || '.jpg', ',' ORDER BY position) AS urls
      FROM images WHERE request_id = '${id}' GROUP BY row_number
    ) image USING (row_number)
    WHERE request_id = '${id}' ORDER BY row_number
  ) TO STDOUT (FORMAT csv)`;
