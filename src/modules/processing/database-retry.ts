import { setTimeout } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { asDatabaseUnavailable } from '../../platform/errors/database-unavailable.error.js';

const PAUSE_MS = 500;
const log = new Logger('Database');

/**
 * Does `work` again until PostgreSQL answers, so that an image that is done is not done again
 * because of a short outage. Everything that is passed in must be safe to do twice. Any other error
 * is thrown, and so is the outage itself once `signal` is aborted.
 */
export async function retryWhileDatabaseUnavailable<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const unavailable = asDatabaseUnavailable(error);
      if (!unavailable || signal.aborted) throw error;
      log.warn({ message: 'PostgreSQL could not do it; trying again', err: error });
      await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
