import { setTimeout as sleep } from 'node:timers/promises';
import { StorageUnavailableError } from '../../errors/storage-errors.js';

/** Cache lifetime of a successful check. Each check writes an object, which costs money on Amazon S3. */
const SUCCESS_CACHE_MS = 60_000;
const FAILURE_CACHE_MS = 5000;
/** Maximum wait for a check. Readiness probes time out after a few seconds. */
const MAX_WAIT_MS = 1500;

/** Caches the result of a check for a minute, or for a few seconds after a failure. */
export class CachedCheck {
  private runningCheck?: Promise<Error | undefined>;
  private lastResult?: { error?: Error; expiresAt: number };

  constructor(private readonly check: () => Promise<void>) {}

  /** @throws the error from the check, or StorageUnavailableError if the check takes longer than 1.5 s */
  async runCheck(): Promise<void> {
    if (this.lastResult && Date.now() < this.lastResult.expiresAt) {
      if (this.lastResult.error) throw this.lastResult.error;
      return;
    }
    this.runningCheck ??= this.startCheck();
    const timeoutError = new StorageUnavailableError(undefined, TIMEOUT_MESSAGE);
    const timeout = sleep(MAX_WAIT_MS, timeoutError, { ref: false });
    const error = await Promise.race([this.runningCheck, timeout]);
    if (error) throw error;
  }

  private async startCheck(): Promise<Error | undefined> {
    const error = await this.check().then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    this.lastResult = {
      error,
      expiresAt: Date.now() + (error ? FAILURE_CACHE_MS : SUCCESS_CACHE_MS),
    };
    this.runningCheck = undefined;
    return error;
  }
}

const TIMEOUT_MESSAGE =
  'The S3 server did not respond within 1.5 s. Check S3_ENDPOINT and the network. Processing resumes automatically.';
