import { ApiError, call, getJson } from '../api/client.js';
import { readEvents } from '../api/event-stream.js';
import type { RequestSummary } from '../api/types.js';

/** `live`: told at once. `polling`: asked every two seconds. `away`: the server does not answer. */
export type Connection = 'connecting' | 'live' | 'polling' | 'away';

export interface Watcher {
  onProgress(summary: RequestSummary): void;
  onConnection(connection: Connection): void;
  /** There is no such request (any more), or the server refuses to tell. */
  onRefused(error: ApiError): void;
}

/** The server sends something at least every 15 s; a line silent for longer is dead. */
const SILENCE_MS = 25_000;
const POLL_MS = 2000;
/** While polling, every so many polls the live way is tried again. */
const TRY_LIVE_EVERY = 15;

export const isFinal = ({ status }: RequestSummary): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/**
 * Follows a request to its end, through sleep, reload and a restart of the server: server-sent events
 * where they get through, polling where a proxy holds them back.
 */
export async function watchRequest(id: string, watcher: Watcher, signal: AbortSignal) {
  const wake = wakeUps(signal);
  let failures = 0;
  let polls = 0;
  while (!signal.aborted) {
    try {
      if (failures < 2 || polls % TRY_LIVE_EVERY === 0) {
        const ended = await follow(id, watcher, wake, signal, () => (failures = 0));
        if (ended) return;
      }
      failures += 1;
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) return watcher.onRefused(error);
      failures += 1;
    }
    if (failures < 2) continue;
    try {
      const summary = await getJson<RequestSummary>(`/status/${id}?limit=0`, signal);
      watcher.onProgress(summary);
      watcher.onConnection('polling');
      if (isFinal(summary)) return;
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) return watcher.onRefused(error);
      watcher.onConnection('away');
      // The next answer after an outage deserves the live way at once.
      failures = 1;
    }
    polls += 1;
    await wake.orAfter(failures < 2 ? 1000 : POLL_MS);
  }
}

/** True when the final event came. */
async function follow(
  id: string,
  watcher: Watcher,
  wake: WakeUps,
  signal: AbortSignal,
  onAlive: () => void,
): Promise<boolean> {
  const line = new AbortController();
  const hangUp = () => line.abort();
  signal.addEventListener('abort', hangUp);
  let silence = setTimeout(hangUp, SILENCE_MS);
  const stopListening = wake.onWake(hangUp);
  try {
    const response = await call(`/requests/${id}/events`, { signal: line.signal });
    for await (const { type, data } of readEvents(response.body!)) {
      clearTimeout(silence);
      silence = setTimeout(hangUp, SILENCE_MS);
      if (!data) continue;
      onAlive();
      watcher.onProgress(JSON.parse(data) as RequestSummary);
      watcher.onConnection('live');
      if (type === 'end') return true;
    }
    return false;
  } finally {
    clearTimeout(silence);
    stopListening();
    signal.removeEventListener('abort', hangUp);
    line.abort();
  }
}

const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;

interface WakeUps {
  onWake(listener: () => void): () => void;
  orAfter(ms: number): Promise<void>;
}

/** A machine that slept, or a network that came back: what was open may be dead without knowing. */
function wakeUps(signal: AbortSignal): WakeUps {
  const listeners = new Set<() => void>();
  let hiddenAt = 0;
  const tell = () => listeners.forEach((listener) => listener());
  const seen = () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (Date.now() - hiddenAt > SILENCE_MS) tell();
  };
  addEventListener('online', tell, { signal });
  document.addEventListener('visibilitychange', seen, { signal });
  const onWake = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const orAfter = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const stop = onWake(done);
      signal.addEventListener('abort', done);
    });
  return { onWake, orAfter };
}
