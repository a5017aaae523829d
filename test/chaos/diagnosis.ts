import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from './bench.js';

/** Lines of the app's log that go to the terminal. */
const LINES = 20;
const LINE_CHARACTERS = 400;

/** Returns the state of the databases and the end of the log. Writes the whole log to a file. */
export async function describeState(bench: Bench, name: string): Promise<string> {
  const log = join(tmpdir(), `pressroom-chaos-${name}.log`);
  const text = bench.log;
  await writeFile(log, text);
  const parts = await Promise.all([
    section('images', bench.sql('SELECT status, count(*)::int FROM images GROUP BY 1')),
    section(
      'open deliveries',
      bench.sql(`SELECT status, attempts, count(*)::int FROM webhook_deliveries
                 WHERE status IN ('pending', 'delivering') GROUP BY 1, 2`),
    ),
    section(
      'connections',
      bench.sql(`SELECT state, wait_event, age(clock_timestamp(), xact_start)::text AS transaction,
                        left(query, 60) AS query
                 FROM pg_stat_activity WHERE application_name = 'pressroom'`),
    ),
    section(
      'jobs',
      bench.redis(async (redis) => {
        const keys = (await redis.keys('pressroom:*')).filter((key) => !/:\d+-\d+/.test(key));
        return keys.toSorted();
      }),
    ),
  ]);
  const tail = text.trimEnd().split('\n').slice(-LINES);
  return [...parts, `full log of the app: ${log}`, ...tail]
    .map((line) => line.slice(0, line.includes('\n') ? undefined : LINE_CHARACTERS))
    .join('\n');
}

async function section(title: string, rows: Promise<unknown[]>): Promise<string> {
  const lines = await rows.then(
    (found) => found.map((row) => `  ${JSON.stringify(row)}`),
    (error: unknown) => [`  ${(error as Error).message}`],
  );
  return [`${title}:`, ...lines].join('\n');
}
