import { ApiError, NOT_RESPONDING } from './client.js';
import { onResume, sleep } from './resume.js';

const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
/** Default timeout of a read. Needed because dropped packets cause no error. */
const READ_TIMEOUT_MS = 15_000;

type Read<T> = (signal: AbortSignal) => Promise<T>;

interface RetrySettings {
  signal: AbortSignal;
  /** Timeout of one attempt, in milliseconds. */
  timeoutMs?: number;
  onFailure?: (error: Error) => void;
}

/** Returns true if a retry may succeed: no response, too many calls, or an unavailable server. */
export function isTemporary(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  const { status, problem } = error;
  // A proxy returns 5xx without a code. Pressroom returns 503 for temporary errors and other 5xx for permanent ones.
  return status === 0 || status === 429 || status === 503 || (status >= 500 && !problem.code);
}

/** Returns the delay before the next attempt, with jitter. It doubles with each failure, up to 30 s. */
export const computeBackoffMs = (failureCount: number): number =>
  Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failureCount - 1)) * (0.75 + Math.random() / 2);

/**
 * Attempts a read once. Throws an `ApiError` with status 0 after the timeout. Also throws it if the page was
 * hidden for longer than the timeout, because the connection may be dead.
 */
export async function attemptRead<T>(
  read: Read<T>,
  { signal, timeoutMs = READ_TIMEOUT_MS }: RetrySettings,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, timeoutMs);
  const removeListener = onResume((idleMs) => idleMs > timeoutMs && abort());
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await read(controller.signal);
  } catch (error) {
    if (controller.signal.aborted && !signal.aborted) throw new ApiError(0, NOT_RESPONDING);
    throw error;
  } finally {
    clearTimeout(timer);
    removeListener();
    signal.removeEventListener('abort', abort);
  }
}

/** Repeats a read until it succeeds, fails permanently or is aborted. */
export async function retryUntilSuccess<T>(read: Read<T>, settings: RetrySettings): Promise<T> {
  const { signal, onFailure } = settings;
  for (let failureCount = 1; ; failureCount += 1) {
    try {
      return await attemptRead(read, settings);
    } catch (error) {
      if (signal.aborted || !isTemporary(error)) throw error;
      onFailure?.(error);
      await sleep(computeBackoffMs(failureCount), signal);
      signal.throwIfAborted();
    }
  }
}

/** Repeats a read every `intervalMs` while the page is visible. Backs off after failures. */
export async function pollUntilAborted(
  read: Read<void>,
  settings: RetrySettings & { intervalMs: number },
) {
  const { signal, onFailure, intervalMs } = settings;
  let failureCount = 0;
  while (!signal.aborted) {
    try {
      if (!document.hidden) await attemptRead(read, settings);
      failureCount = 0;
    } catch (error) {
      if (signal.aborted) return;
      failureCount += 1;
      onFailure?.(error as Error);
    }
    await sleep(
      failureCount > 0 ? Math.max(intervalMs, computeBackoffMs(failureCount)) : intervalMs,
      signal,
    );
  }
}
