import { ApiError, call, getJson } from '../api/client.js';
import { readEvents } from '../api/event-stream.js';
import { attempt, backoffMs } from '../api/retry-until-success.js';
import type { RequestSummary } from '../api/types.js';
import { onResume, sleep } from '../api/resume.js';

/** `live`: server-sent events. `polling`: a call every 2 s. `disconnected`: no response, retried with back-off. */
export type Connection = 'connecting' | 'live' | 'polling' | 'disconnected';

export interface Watcher {
  onProgress(summary: RequestSummary): void;
  onConnection(connection: Connection): void;
  /** The request does not exist (any longer), or the server rejects the call. */
  onRefused(error: ApiError): void;
}

/** Maximum silence of a stream, in milliseconds. The server sends a heartbeat every 15 s. */
const SILENCE_MS = 25_000;
/** Timeout of the first byte of a stream, in milliseconds. */
const CONNECT_MS = 10_000;
const POLL_MS = 2000;
/** Number of polls between two attempts with server-sent events. */
const RECONNECT_EVERY_POLLS = 15;

export const isFinal = ({ status }: RequestSummary): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/**
 * Follows a request to its end, also after sleep, reload and a restart of the server. Uses server-sent
 * events, polling behind a proxy that buffers them, and retries with back-off in an outage.
 */
export async function watchRequest(id: string, watcher: Watcher, signal: AbortSignal) {
  let liveFailures = 0;
  let failures = 0;
  let polls = 0;
  const onAlive = () => {
    liveFailures = 0;
    failures = 0;
  };
  while (!signal.aborted) {
    try {
      if (liveFailures < 2 || polls % RECONNECT_EVERY_POLLS === 0) {
        const ended = await follow(id, watcher, signal, onAlive);
        if (ended) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) return watcher.onRefused(error);
    }
    liveFailures += 1;
    if (liveFailures < 2) continue;
    try {
      const read = (attempted: AbortSignal) =>
        getJson<RequestSummary>(`/status/${id}?limit=0`, attempted);
      const summary = await attempt(read, { signal });
      if (signal.aborted) return;
      watcher.onProgress(summary);
      watcher.onConnection('polling');
      if (isFinal(summary)) return;
      // Returns to server-sent events after the first response that follows an outage.
      if (failures > 0) liveFailures = 1;
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) return watcher.onRefused(error);
      watcher.onConnection('disconnected');
      failures += 1;
      liveFailures = 1;
    }
    polls += 1;
    await sleep(failures > 0 ? backoffMs(failures) : POLL_MS, signal);
  }
}

/** Returns true after the final event. */
async function follow(
  id: string,
  watcher: Watcher,
  signal: AbortSignal,
  onAlive: () => void,
): Promise<boolean> {
  const stream = new AbortController();
  const abortStream = () => stream.abort();
  signal.addEventListener('abort', abortStream);
  let silence = setTimeout(abortStream, CONNECT_MS);
  const stopListening = onResume((idleMs) => idleMs > SILENCE_MS && abortStream());
  try {
    const response = await call(`/requests/${id}/events`, { signal: stream.signal });
    for await (const { type, data } of readEvents(response.body!)) {
      clearTimeout(silence);
      silence = setTimeout(abortStream, SILENCE_MS);
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
    signal.removeEventListener('abort', abortStream);
    stream.abort();
  }
}

const isRefusal = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
