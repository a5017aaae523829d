import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageLog } from '../../test/chaos/message-log.js';
import type { PollingClient } from './polling-client.js';

const UPLOAD_MS = 5000;
/** Number of requests that may be open at the same time. */
const OPEN_REQUESTS = 3;

export interface LoadOptions {
  imagesPerSecond: number;
  /** Time of the end in ms since the Unix epoch. */
  endsAt: number;
  /** Requests that are kept. Older ones are deleted. */
  maxKeptRequests: number;
}

/**
 * Uploads at a steady pace, polls and downloads. Waits while the installation falls behind, and
 * then uploads a larger catalog. Resolves when all images have ended. @returns the number of
 * uploaded images
 */
export async function runSteadyLoad(
  client: PollingClient,
  receiver: MessageLog,
  { imagesPerSecond, endsAt, maxKeptRequests }: LoadOptions,
): Promise<number> {
  let images = 0;
  const ids: string[] = [];
  const from = Date.now();
  while (Date.now() < endsAt) {
    const pause = sleep(UPLOAD_MS);
    const seconds = (Date.now() - from + UPLOAD_MS) / 1000;
    const due = Math.round(seconds * imagesPerSecond) - images;
    const id = await client.upload(due);
    if (id !== undefined) ids.push(id);
    images += due;
    for (const polled of ids.slice(-OPEN_REQUESTS)) await client.status(polled);
    const earlier = ids.at(-OPEN_REQUESTS);
    if (earlier !== undefined) {
      await client.waitForShare(earlier, 1);
      await client.download(earlier);
    }
    if (ids.length > maxKeptRequests) await client.deleteRequest(ids.shift()!);
    receiver.messages.clear();
    await pause;
  }
  for (const id of ids.slice(-OPEN_REQUESTS)) await client.waitForShare(id, 1);
  return images;
}
