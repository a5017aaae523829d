import { Injectable } from '@nestjs/common';
import { countOwners } from '../config/api-keys.js';
import { Env } from '../config/env.js';
import { DownloadSlots } from './download-slots.js';
import { FairSemaphore, type FairSemaphoreOptions } from './fair-semaphore.js';

/** Creates semaphores whose slots the owners of `API_KEYS` share. */
@Injectable()
export class FairSemaphores {
  /** Number of owners (names of API keys); 1 without keys. */
  readonly ownerCount: number;

  constructor(env: Env) {
    this.ownerCount = countOwners(env.API_KEYS);
  }

  /** Creates a semaphore with `size` slots. */
  createSemaphore(size: number, options?: FairSemaphoreOptions): FairSemaphore {
    return new FairSemaphore(size, this.ownerCount, options);
  }

  /**
   * Creates a limit for downloads.
   * @param size maximum number of concurrent downloads
   * @param maxWaitMs time after which a waiting download is rejected
   */
  createDownloadSlots(size: number, maxWaitMs: number): DownloadSlots {
    return new DownloadSlots(size, this.ownerCount, maxWaitMs);
  }
}
