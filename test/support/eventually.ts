import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  timeoutMs?: number;
  /** Fixed pause between two checks, for a condition that holds only briefly. Default: grows with the wait. */
  intervalMs?: number;
  /** Description of the condition, as the end of "Gave up waiting for …". */
  what?: string;
}

const MIN_PAUSE_MS = 20;
const MAX_PAUSE_MS = 250;
/** Part of the time waited so far. Adds at most a tenth to a wait, and saves CPU time of the app during long ones. */
const PAUSE_SHARE = 0.1;

/**
 * Calls `check` until it neither throws nor returns `false`, `null` or `undefined`, and returns its result.
 * `check` may contain assertions, followed by `return true`. A check without a result does not compile, so a
 * forgotten `return` cannot pass. After the deadline, fails with the last error.
 */
export async function eventually<T extends object | string | number | boolean | null | undefined>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs, what = 'a condition' }: EventuallyOptions = {},
): Promise<NonNullable<T>> {
  const startedAt = Date.now();
  const deadline = startedAt + timeoutMs;
  let last: unknown = 'it was never checked';
  for (;;) {
    try {
      const result = await check();
      if (result !== false && result !== null && result !== undefined) return result;
      last = `the check returned ${String(result)}`;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline) {
      const reason = last instanceof Error ? last.message : String(last);
      throw new Error(`Gave up waiting for ${what} after ${timeoutMs} ms: ${reason}`, {
        cause: last,
      });
    }
    await sleep(intervalMs ?? pauseAfter(Date.now() - startedAt));
  }
}

const pauseAfter = (waitedMs: number): number =>
  Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, waitedMs * PAUSE_SHARE));
