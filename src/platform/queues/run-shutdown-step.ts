import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

/** Maximum time of one step. The whole shutdown may take 15 s. */
const MAX_STEP_MS = 2000;
const log = new Logger('Queues');

/**
 * Waits a bounded time for a shutdown step that needs Redis. While Redis is unavailable, Bull rejects or
 * never answers. Skipping the step loses no work, because PostgreSQL is the source of truth.
 */
export async function runShutdownStep(step: string, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const late = setTimeout(MAX_STEP_MS, 'late', { signal: done.signal }).catch(() => 'done');
  try {
    if ((await Promise.race([work, late])) === 'late') {
      log.warn(`${step} timed out; the shutdown continues`);
    }
  } catch (error) {
    log.warn({ message: `${step} failed; the shutdown continues`, err: error });
  } finally {
    done.abort();
  }
}
