import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageLog } from '../../test/chaos/message-log.js';
import type { PollingClient } from './polling-client.js';

const UPLOAD_INTERVAL_MS = 5000;
/** Maximum number of unfinished requests. */
const MAX_UNFINISHED_REQUESTS = 3;

export interface LoadOptions {
  imagesPerSecond: number;
  /** End time in ms since the Unix epoch. */
  endsAt: number;
  /** Maximum number of requests to keep. Older requests are deleted. */
  maxKeptRequests: number;
}

/**
 * Uploads at a steady rate, polls and downloads. If the installation falls behind, waits and
 * then uploads a larger catalog. Resolves when all images have ended. @returns the number of
 * uploaded images
 */
export async function runSteadyLoad(
  client: PollingClient,
  receiver: MessageLog,
  { imagesPerSecond, endsAt, maxKeptRequests }: LoadOptions,
): Promise<number> {
  let uploadedCount = 0;
  const ids: string[] = [];
  const startedAt = Date.now();
  while (Date.now() < endsAt) {
    const pause = sleep(UPLOAD_INTERVAL_MS);
    const seconds = (Date.now() - startedAt + UPLOAD_INTERVAL_MS) / 1000;
    const imageCount = Math.round(seconds * imagesPerSecond) - uploadedCount;
    const id = await client.upload(imageCount);
    if (id !== undefined) ids.push(id);
    uploadedCount += imageCount;
    for (const recentId of ids.slice(-MAX_UNFINISHED_REQUESTS)) await client.getStatus(recentId);
    const oldestId = ids.at(-MAX_UNFINISHED_REQUESTS);
    if (oldestId !== undefined) {
      await client.waitForShare(oldestId, 1);
      await client.downloadRows(oldestId);
    }
    if (ids.length > maxKeptRequests) await client.deleteRequest(ids.shift()!);
    receiver.messages.clear();
    await pause;
  }
  for (const id of ids.slice(-MAX_UNFINISHED_REQUESTS)) await client.waitForShare(id, 1);
  return uploadedCount;
}
