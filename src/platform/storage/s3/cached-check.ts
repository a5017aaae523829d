import { setTimeout as sleep } from 'node:timers/promises';
import { StorageUnavailableError } from '../../errors/storage-errors.js';

/** Lifetime of a successful check. A check writes an object, which costs money on Amazon. */
const SUCCESS_CACHE_MS = 60_000;
const FAILURE_CACHE_MS = 5000;
/** Maximum wait for a check, because readiness probes time out after seconds. */
const MAX_WAIT_MS = 1500;

/** Caches the result of a check for a minute, or for a few seconds after a failure. */
export class CachedCheck {
  private running?: Promise<Error | undefined>;
  private last?: { error?: Error; until: number };

  constructor(private readonly check: () => Promise<void>) {}

  /** @throws the error of the check; StorageUnavailableError when it takes longer than 1.5 s */
  async run(): Promise<void> {
    if (this.last && Date.now() < this.last.until) {
      if (this.last.error) throw this.last.error;
      return;
    }
    this.running ??= this.start();
    const late = sleep(MAX_WAIT_MS, new StorageUnavailableError(undefined, LATE), { ref: false });
    const error = await Promise.race([this.running, late]);
    if (error) throw error;
  }

  private async start(): Promise<Error | undefined> {
    const error = await this.check().then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    this.last = { error, until: Date.now() + (error ? FAILURE_CACHE_MS : SUCCESS_CACHE_MS) };
    this.running = undefined;
    return error;
  }
}

const LATE =
  'The S3 server has not answered within 1.5 s. Check S3_ENDPOINT and the network. Processing resumes automatically.';
