import type { Client } from 'pg';
import type { MessageLog } from '../../test/chaos/message-log.js';
import { Env } from '../../src/platform/config/env.js';
import { openStorage } from '../../src/platform/storage/storage-drivers.js';
import type { Measurement } from './measurement.js';
import type { PollingClient } from './polling-client.js';

const CONCURRENT_REQUESTS = 8;

export interface InvariantsInput {
  client: PollingClient;
  receiver: MessageLog;
  /** Settings of the apps. */
  env: Readonly<Record<string, string>>;
  db: Client;
}

/**
 * Compares the uploaded images with the output files, the counters, the webhooks, the rows and the stored
 * files. All requests must have ended. Prints each difference to standard error.
 */
export async function measureInvariants(input: InvariantsInput): Promise<Measurement[]> {
  const { client } = input;
  const imageCount = [...client.imageCountsById.values()].reduce((a, b) => a + b, 0);
  const [lostCount, wrongRequestCount] = await compareOutputs(input);
  const storage = await compareStorage(input);
  for (const failure of client.failures.slice(0, 10)) console.error(failure);
  return [
    toCountMeasurement(
      'Calls without a failure',
      client.failures.length,
      client.callCount,
      'calls',
    ),
    toCountMeasurement('Images that are not lost', lostCount, imageCount, 'images'),
    toCountMeasurement(
      'Requests counted and announced once',
      wrongRequestCount,
      client.imageCountsById.size,
      'requests',
    ),
    toCountMeasurement(
      'Artifacts whose row and file exist',
      storage.differenceCount,
      storage.rowCount,
      'rows',
    ),
  ];
}

function toCountMeasurement(
  label: string,
  wrongCount: number,
  total: number,
  unit: string,
): Measurement {
  return {
    label,
    value: `${total - wrongCount} of ${total} ${unit}`,
    baseline: 'all of them',
    ratio: (total - wrongCount) / total,
    target: { atLeast: 1 },
  };
}

interface RequestFindings {
  lostCount: number;
  /** True if the counters, rows, output file or webhooks are wrong. */
  isWrong: boolean;
}

/**
 * Returns the number of lost images, and the number of requests with wrong counters, rows or
 * webhooks.
 */
async function compareOutputs({ client, receiver, db }: InvariantsInput): Promise<number[]> {
  const messageIds = new Map<string, Set<string>>();
  for (const { id, requestId } of [...receiver.messages.values()].flat()) {
    messageIds.set(requestId, (messageIds.get(requestId) ?? new Set()).add(id));
  }
  const { rows } = await db.query<{ id: string; completed: number }>(
    `SELECT request_id AS id, (count(*) FILTER (WHERE status = 'completed'))::int AS completed
     FROM images GROUP BY request_id`,
  );
  const completedRows = new Map(rows.map(({ id, completed }) => [id, completed]));
  const compare = async ([id, imageCount]: [string, number]): Promise<RequestFindings> => {
    const [status, output = []] = await Promise.all([
      client.getStatus(id),
      client.downloadRows(id),
    ]);
    const completeRowCount = output.filter((row) =>
      /,https?:[^,]*,"?https?:[^,]+$/.test(row),
    ).length;
    const counts = [
      status?.progress.completed,
      completedRows.get(id),
      output.length,
      completeRowCount,
    ];
    const messageCount = messageIds.get(id)?.size ?? 0;
    const isWrong = counts.some((value) => value !== imageCount) || messageCount !== 1;
    if (isWrong) {
      console.error(
        `${id}: ${imageCount} images; counter, rows, output rows, output rows with an image: ${counts.join(', ')}; ${messageCount} webhooks`,
      );
    }
    return { lostCount: Math.max(0, imageCount - completeRowCount), isWrong };
  };
  const findings = await mapConcurrently([...client.imageCountsById], compare);
  return [
    findings.reduce((sum, { lostCount }) => sum + lostCount, 0),
    findings.filter(({ isWrong }) => isWrong).length,
  ];
}

async function mapConcurrently<T, R>(items: T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const [pending, results]: [IterableIterator<T>, R[]] = [items.values(), []];
  const worker = async () => {
    for (const item of pending) results.push(await map(item));
  };
  await Promise.all(Array.from({ length: CONCURRENT_REQUESTS }, worker));
  return results;
}

/** Compares the keys of the artifacts in use with the stored files, in both directions. */
async function compareStorage({ env, db }: InvariantsInput) {
  const store = await openStorage(Object.assign(new Env(), env));
  const storedKeys = new Set<string>();
  for await (const files of store.list()) for (const { key } of files) storedKeys.add(key);
  const { rows } = await db.query<{ key: string; used: boolean }>(
    'SELECT key, sweep_after IS NULL AS used FROM artifacts',
  );
  const knownKeys = new Set(rows.map(({ key }) => key));
  const missingRows = rows.filter(({ key, used }) => used && !storedKeys.has(key));
  const orphanKeys = [...storedKeys].filter((key) => !knownKeys.has(key));
  if (missingRows.length + orphanKeys.length > 0) {
    console.error(
      `Storage: ${missingRows.length} files are missing, ${orphanKeys.length} have no row`,
    );
  }
  return { rowCount: rows.length, differenceCount: missingRows.length + orphanKeys.length };
}
