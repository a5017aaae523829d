import { setTimeout as sleep } from 'node:timers/promises';

export interface EventuallyOptions {
  timeoutMs?: number;
  intervalMs?: number;
  /** Description of the condition, as the end of "Gave up waiting for …". */
  what?: string;
}

/**
 * Calls `check` until it neither throws nor returns `false`, `null` or `undefined`, and returns its result.
 * `check` may contain assertions, followed by `return true`. A check without a result does not compile, so a
 * forgotten `return` cannot pass. After the deadline, fails with the last error.
 */
export async function eventually<T extends object | string | number | boolean | null | undefined>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 20, what = 'a condition' }: EventuallyOptions = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
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
    await sleep(intervalMs);
  }
}
