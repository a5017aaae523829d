import { ApiError, NOT_RESPONDING } from './client.js';
import { onResume, sleep } from './resume.js';

const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
/**
 * Timeout of a read, in milliseconds. Needed because a network that drops packets reports no error.
 */
const READ_TIMEOUT_MS = 15_000;

type Read<T> = (signal: AbortSignal) => Promise<T>;

interface Settings {
  signal: AbortSignal;
  /** Timeout of one attempt, in milliseconds. */
  timeoutMs?: number;
  onFailure?: (error: Error) => void;
}

/** Returns whether the same call may succeed later: no response, too many calls, or an unavailable server. */
export function isTemporary(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  const { status, problem } = error;
  // A 5xx without a code is from a proxy. One with a code concerns the call, except 503.
  return status === 0 || status === 429 || status === 503 || (status >= 500 && !problem.code);
}

/** Returns the delay before the next attempt in milliseconds. Doubles up to 30 s, with jitter. */
export const backoffMs = (failures: number): number =>
  Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);

/**
 * Makes one attempt of a read. Fails with an `ApiError` of status 0 after the timeout. Also fails when the
 * page was hidden for longer than that, because its connection may be dead.
 */
export async function attempt<T>(
  read: Read<T>,
  { signal, timeoutMs = READ_TIMEOUT_MS }: Settings,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  const stop = onResume((idleMs) => idleMs > timeoutMs && abort());
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await read(controller.signal);
  } catch (error) {
    if (controller.signal.aborted && !signal.aborted) throw new ApiError(0, NOT_RESPONDING);
    throw error;
  } finally {
    clearTimeout(timer);
    stop();
    signal.removeEventListener('abort', abort);
  }
}

/** Repeats a read until it succeeds, fails permanently, or is aborted. */
export async function retryUntilSuccess<T>(read: Read<T>, settings: Settings): Promise<T> {
  const { signal, onFailure } = settings;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt(read, settings);
    } catch (error) {
      if (signal.aborted || !isTemporary(error)) throw error;
      onFailure?.(error);
      await sleep(backoffMs(failures), signal);
      signal.throwIfAborted();
    }
  }
}

/** Repeats a read every `everyMs` while the page is visible, and after failures with back-off. */
export async function poll(read: Read<void>, settings: Settings & { everyMs: number }) {
  const { signal, onFailure, everyMs } = settings;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (!document.hidden) await attempt(read, settings);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      onFailure?.(error as Error);
    }
    await sleep(failures > 0 ? Math.max(everyMs, backoffMs(failures)) : everyMs, signal);
  }
}
