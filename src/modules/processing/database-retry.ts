import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { toDatabaseUnavailableError } from '../../platform/errors/database-unavailable.error.js';

const RETRY_DELAY_MS = 500;
const log = new Logger('Database');

/**
 * Repeats `work` until PostgreSQL is available, so a short outage does not discard processed images. `work` must be
 * idempotent.
 * @throws any other error, or the error of the outage once `signal` is aborted
 */
export async function retryWhileDatabaseUnavailable<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const outageError = toDatabaseUnavailableError(error);
      if (!outageError || signal.aborted) throw error;
      log.warn({ message: 'PostgreSQL is unavailable; retrying', err: error });
      await setTimeout(RETRY_DELAY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
