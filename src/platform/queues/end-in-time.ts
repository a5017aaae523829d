import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

/** What asks Redis to end something gets this long; a stop as a whole has 15 s. */
const PATIENCE_MS = 2000;
const log = new Logger('Queues');

/**
 * Waits for a step of a stop that needs Redis, and goes on without it when Redis is away: Bull then
 * rejects, or waits for an answer that never comes. Nothing is lost by it, as Redis is a hint only.
 */
export async function endInTime(step: string, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const late = setTimeout(PATIENCE_MS, 'late', { signal: patience.signal }).catch(() => 'done');
  try {
    if ((await Promise.race([work, late])) === 'late') {
      log.warn(`${step} took too long; the stop goes on without it`);
    }
  } catch (error) {
    log.warn({ message: `${step} failed; the stop goes on without it`, err: error });
  } finally {
    patience.abort();
  }
}
