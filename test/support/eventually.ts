import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  timeoutMs?: number;
  /** Fixed pause between two checks, for a condition that is true only briefly. By default, the pause grows. */
  intervalMs?: number;
  /** Description of the condition, as the end of "Gave up waiting for …". */
  description?: string;
}

const MIN_PAUSE_MS = 20;
const MAX_PAUSE_MS = 250;
/** Length of a pause relative to the time waited so far. This saves CPU time during long waits. */
const PAUSE_RATIO = 0.1;

/**
 * Calls `check` until it neither throws nor returns `false`, `null` or `undefined`, and returns its result.
 * `check` may contain assertions, followed by `return true`. A check without a result does not compile: a
 * forgotten `return` cannot make a test pass. After the timeout, throws the reason of the last failure.
 */
export async function eventually<T extends object | string | number | boolean | null | undefined>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs, description = 'a condition' }: EventuallyOptions = {},
): Promise<NonNullable<T>> {
  const startedAt = Date.now();
  const deadline = startedAt + timeoutMs;
  let lastFailure: unknown = 'the condition was never checked';
  for (;;) {
    try {
      const result = await check();
      if (result !== false && result !== null && result !== undefined) return result;
      lastFailure = `the check returned ${String(result)}`;
    } catch (error) {
      lastFailure = error;
    }
    if (Date.now() >= deadline) {
      const reason = lastFailure instanceof Error ? lastFailure.message : String(lastFailure);
      throw new Error(`Gave up waiting for ${description} after ${timeoutMs} ms: ${reason}`, {
        cause: lastFailure,
      });
    }
    await sleep(intervalMs ?? pauseAfter(Date.now() - startedAt));
  }
}

const pauseAfter = (waitedMs: number): number =>
  Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, waitedMs * PAUSE_RATIO));
