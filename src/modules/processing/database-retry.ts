import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { toDatabaseUnavailableError } from '../../platform/errors/database-unavailable.error.js';

const PAUSE_MS = 500;
const log = new Logger('Database');

/**
 * Repeats `work` until PostgreSQL answers. A short outage then costs no processed image. `work` must be
 * idempotent.
 * @throws any other error; the outage itself once `signal` is aborted
 */
export async function retryWhileDatabaseUnavailable<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const unavailable = toDatabaseUnavailableError(error);
      if (!unavailable || signal.aborted) throw error;
      log.warn({ message: 'PostgreSQL is unavailable; retrying', err: error });
      await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
