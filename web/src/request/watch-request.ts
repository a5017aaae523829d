import { ApiError, callApi, getJson } from '../api/client.js';
import { readEvents } from '../api/event-stream.js';
import { attemptRead, computeBackoffMs } from '../api/retry-until-success.js';
import type { RequestSummary } from '../api/types.js';
import { onResume, sleep } from '../api/resume.js';

/** `live`: server-sent events. `polling`: a call every 2 s. `disconnected`: no response, retrying with back-off. */
export type Connection = 'connecting' | 'live' | 'polling' | 'disconnected';

export interface RequestWatcher {
  onProgress(summary: RequestSummary): void;
  onConnection(connection: Connection): void;
  /** Called if the server rejects the call, for example because the request was deleted. */
  onRejected(error: ApiError): void;
}

/** Maximum time without an event. The server sends a heartbeat every 15 s. */
const SILENCE_TIMEOUT_MS = 25_000;
/** Maximum time until the first byte of a stream. */
const FIRST_BYTE_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 2000;
/** Number of polls between two attempts to use server-sent events. */
const POLLS_BETWEEN_STREAMS = 15;

export const isFinal = ({ status }: RequestSummary): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/**
 * Watches a request until it ends. Continues after sleep, a reload or a server restart. Uses server-sent events.
 * Polls if a proxy buffers the events, and retries with back-off during an outage.
 */
export async function watchRequest(id: string, watcher: RequestWatcher, signal: AbortSignal) {
  let streamFailureCount = 0;
  let failureCount = 0;
  let pollCount = 0;
  const resetFailureCounts = () => {
    streamFailureCount = 0;
    failureCount = 0;
  };
  while (!signal.aborted) {
    try {
      if (streamFailureCount < 2 || pollCount % POLLS_BETWEEN_STREAMS === 0) {
        const hasEnded = await readEventStream(id, watcher, signal, resetFailureCounts);
        if (hasEnded) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isRejection(error)) return watcher.onRejected(error);
    }
    streamFailureCount += 1;
    if (streamFailureCount < 2) continue;
    try {
      const read = (attemptSignal: AbortSignal) =>
        getJson<RequestSummary>(`/status/${id}?limit=0`, attemptSignal);
      const summary = await attemptRead(read, { signal });
      if (signal.aborted) return;
      watcher.onProgress(summary);
      watcher.onConnection('polling');
      if (isFinal(summary)) return;
      // Returns to server-sent events after the first response that follows an outage.
      if (failureCount > 0) streamFailureCount = 1;
      failureCount = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (isRejection(error)) return watcher.onRejected(error);
      watcher.onConnection('disconnected');
      failureCount += 1;
      streamFailureCount = 1;
    }
    pollCount += 1;
    await sleep(failureCount > 0 ? computeBackoffMs(failureCount) : POLL_INTERVAL_MS, signal);
  }
}

/** Reports each event. Returns true after the final event, false if the stream ends earlier. */
async function readEventStream(
  id: string,
  watcher: RequestWatcher,
  signal: AbortSignal,
  onEvent: () => void,
): Promise<boolean> {
  const stream = new AbortController();
  const abortStream = () => stream.abort();
  signal.addEventListener('abort', abortStream);
  let silenceTimer = setTimeout(abortStream, FIRST_BYTE_TIMEOUT_MS);
  const removeListener = onResume((idleMs) => idleMs > SILENCE_TIMEOUT_MS && abortStream());
  try {
    const response = await callApi(`/requests/${id}/events`, { signal: stream.signal });
    for await (const { type, data } of readEvents(response.body!)) {
      clearTimeout(silenceTimer);
      silenceTimer = setTimeout(abortStream, SILENCE_TIMEOUT_MS);
      if (!data) continue;
      onEvent();
      watcher.onProgress(JSON.parse(data) as RequestSummary);
      watcher.onConnection('live');
      if (type === 'end') return true;
    }
    return false;
  } finally {
    clearTimeout(silenceTimer);
    removeListener();
    signal.removeEventListener('abort', abortStream);
    stream.abort();
  }
}

const isRejection = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
