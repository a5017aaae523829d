import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

/** Maximum time of one step. The whole shutdown may take 15 s. */
const MAX_STEP_MS = 2000;
const log = new Logger('Queues');

/**
 * Waits for a limited time for a shutdown step that needs Redis. While Redis is unavailable, calls to Bull
 * reject or never settle. Skipping the step does not lose work, because PostgreSQL is the source of truth.
 */
export async function runShutdownStep(step: string, work: Promise<unknown>): Promise<void> {
  const controller = new AbortController();
  const timeout = setTimeout(MAX_STEP_MS, 'late', { signal: controller.signal }).catch(
    () => 'done',
  );
  try {
    if ((await Promise.race([work, timeout])) === 'late') {
      log.warn(`${step} timed out; the shutdown continues`);
    }
  } catch (error) {
    log.warn({ message: `${step} failed; the shutdown continues`, err: error });
  } finally {
    controller.abort();
  }
}
