const RETRY_NOW = 'pressroom:retry-now';

/** @param idleMs time that the page was hidden, in milliseconds; Infinity after a lost network */
type WakeListener = (idleMs: number) => void;

const listeners = new Set<WakeListener>();
let hiddenAt = 0;

const notifyAll = (idleMs: number) => listeners.forEach((listener) => listener(idleMs));

addEventListener('online', () => notifyAll(Infinity));
addEventListener(RETRY_NOW, () => notifyAll(Infinity));
document.addEventListener('visibilitychange', () => {
  if (document.hidden) hiddenAt = Date.now();
  else notifyAll(Date.now() - hiddenAt);
});

/**
 * Calls `listener` when the network returns, when the page becomes visible, and when the user asks for a
 * retry. Connections that were open before may be dead without an error. Returns a function that removes
 * the listener.
 */
export function onWake(listener: WakeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Starts all waiting attempts at once. */
export const retryNow = (): void => void dispatchEvent(new Event(RETRY_NOW));

/** Resolves after `ms` milliseconds, or earlier on a wake or an abort. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stop = onWake(done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
