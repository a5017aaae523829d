import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChaosFixture } from './chaos-fixture.js';

/** Number of app log lines to print. */
const MAX_LOG_LINES = 20;
const MAX_LINE_CHARACTERS = 400;

/** Returns the state of the databases and the end of the log. Writes the complete log to a file. */
export async function describeState(fixture: ChaosFixture, name: string): Promise<string> {
  const logPath = join(tmpdir(), `pressroom-chaos-${name}.log`);
  const text = fixture.log;
  await writeFile(logPath, text);
  const sections = await Promise.all([
    formatSection('images', fixture.sql('SELECT status, count(*)::int FROM images GROUP BY 1')),
    formatSection(
      'unfinished deliveries',
      fixture.sql(`SELECT status, attempts, count(*)::int FROM webhook_deliveries
                 WHERE status IN ('pending', 'delivering') GROUP BY 1, 2`),
    ),
    formatSection(
      'connections',
      fixture.sql(`SELECT state, wait_event, age(clock_timestamp(), xact_start)::text AS transaction,
                        left(query, 60) AS query
                 FROM pg_stat_activity WHERE application_name = 'pressroom'`),
    ),
    formatSection(
      'jobs',
      fixture.redis(async (redis) => {
        const keys = (await redis.keys('pressroom:*')).filter((key) => !/:\d+-\d+/.test(key));
        return keys.toSorted();
      }),
    ),
  ]);
  const tail = text.trimEnd().split('\n').slice(-MAX_LOG_LINES);
  return [...sections, `complete app log: ${logPath}`, ...tail]
    .map((line) => line.slice(0, line.includes('\n') ? undefined : MAX_LINE_CHARACTERS))
    .join('\n');
}

async function formatSection(title: string, rowsPromise: Promise<unknown[]>): Promise<string> {
  const lines = await rowsPromise.then(
    (values) => values.map((row) => `  ${JSON.stringify(row)}`),
    (error: unknown) => [`  ${(error as Error).message}`],
  );
  return [`${title}:`, ...lines].join('\n');
}
