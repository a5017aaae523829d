import { setTimeout as sleep } from 'node:timers/promises';
import type { AppProcess } from './app-process.js';
import { DemoError } from './demo-error.js';
import type { PressroomClient } from './pressroom-client.js';
import { kilobytes, type Progress } from './terminal.js';

/** Maximum time without progress, in milliseconds. */
const MAX_IDLE_MS = 60_000;

/** Polls the status until the request has ended, and shows the progress. */
export async function waitUntilDone(
  app: AppProcess,
  client: PressroomClient,
  requestId: string,
  progress: Progress,
  stopped: AbortSignal,
): Promise<void> {
  let done = -1;
  let deadline = 0;
  for (;;) {
    stopped.throwIfAborted();
    if (app.ended) throw new DemoError(app.ended);
    const { status, progress: counters } = await client.status(requestId, 0);
    const { completed, failed, bytes_in: before, bytes_out: after } = counters;
    if (completed + failed > done) {
      done = completed + failed;
      deadline = Date.now() + MAX_IDLE_MS;
      progress.update(done, before > 0 ? `, ${kilobytes(before)} → ${kilobytes(after)}` : '');
    }
    if (status !== 'pending' && status !== 'processing') return;
    if (Date.now() > deadline) {
      throw new DemoError(`No image was finished for ${MAX_IDLE_MS / 1000} s, ${done} are done`);
    }
    await sleep(150);
  }
}
