import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProcess } from './app-process.js';
import { DemoError } from './demo-error.js';
import type { PressroomClient } from './pressroom-client.js';
import { formatSize, type Progress } from './terminal.js';

/** Maximum time without progress. */
const MAX_IDLE_MS = 60_000;

/** Polls the status and shows the progress until the request has ended. */
export async function waitUntilDone(
  app: AppProcess,
  client: PressroomClient,
  requestId: string,
  progress: Progress,
  stopSignal: AbortSignal,
): Promise<void> {
  let doneCount = -1;
  let deadline = 0;
  for (;;) {
    stopSignal.throwIfAborted();
    if (app.exitDescription) throw new DemoError(app.exitDescription);
    const { status, progress: counters } = await client.getStatus(requestId, 0);
    const { completed, failed, bytes_in: before, bytes_out: after } = counters;
    if (completed + failed > doneCount) {
      doneCount = completed + failed;
      deadline = Date.now() + MAX_IDLE_MS;
      progress.update(
        doneCount,
        before > 0 ? `, ${formatSize(before)} → ${formatSize(after)}` : '',
      );
    }
    if (status !== 'pending' && status !== 'processing') return;
    if (Date.now() > deadline) {
      throw new DemoError(
        `No image finished within ${MAX_IDLE_MS / 1000} s. ${doneCount} images are done.`,
      );
    }
    await sleep(150);
  }
}
