const RETRY_EVENT = 'pressroom:retry-now';

/** @param idleMs time for which the page was hidden; Infinity if the network is back or the user retries */
type ResumeListener = (idleMs: number) => void;

const listeners = new Set<ResumeListener>();
let hiddenAt = 0;

const notifyListeners = (idleMs: number) => listeners.forEach((listener) => listener(idleMs));

addEventListener('online', () => notifyListeners(Infinity));
addEventListener(RETRY_EVENT, () => notifyListeners(Infinity));
document.addEventListener('visibilitychange', () => {
  if (document.hidden) hiddenAt = Date.now();
  else notifyListeners(Date.now() - hiddenAt);
});

/**
 * Calls `listener` when the network is back, when the page becomes visible, and when the user retries.
 * Earlier connections may be dead without an error. Returns a function that removes the listener.
 */
export function onResume(listener: ResumeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Starts all waiting retries immediately. */
export const retryNow = (): void => void dispatchEvent(new Event(RETRY_EVENT));

/** Resolves after `ms` milliseconds, or earlier on a resume or an abort. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      removeListener();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    const removeListener = onResume(finish);
    signal.addEventListener('abort', finish);
    if (signal.aborted) finish();
  });
}
