import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.js';
import type { RequestSummary, Statistics } from '../api/types.js';
import { getJson } from '../api/client.js';
import { pollUntilAborted, retryUntilSuccess } from '../api/retry-until-success.js';
import { sleep } from '../api/resume.js';
import { useKey } from '../hooks/use-key.js';
import { useFinalRead } from './final-reads.js';
import { type Connection, isFinal, watchRequest } from './watch-request.js';

/** Maximum time that the page waits for final reads before it shows a request as ended. */
const MAX_FINAL_READ_MS = 5000;

/** Watches a request while its view is open. */
export function useRequest(id: string) {
  const [summary, setSummary] = useState<RequestSummary>();
  const [connection, setConnection] = useState<Connection>('connecting');
  const [rejection, setRejection] = useState<ApiError>();
  const [watchCount, setWatchCount] = useState(0);
  const [finalReads] = useState(() => new Set<() => Promise<unknown>>());
  const key = useKey();

  useEffect(() => {
    const controller = new AbortController();
    setRejection(undefined);
    const { signal } = controller;
    let latest: RequestSummary;
    const showSummary = async (next: RequestSummary) => {
      latest = next;
      // Waits for the final reads first, because "Done" must not appear next to waiting cards.
      if (hasAllOutcomes(next)) {
        const reads = Promise.allSettled([...finalReads].map((read) => read()));
        await Promise.race([reads, sleep(MAX_FINAL_READ_MS, signal)]);
      }
      if (!signal.aborted && latest === next) setSummary(next);
    };
    const watcher = {
      onProgress: (next: RequestSummary) => void showSummary(next),
      onConnection: setConnection,
      onRejected: setRejection,
    };
    void watchRequest(id, watcher, signal);
    return () => controller.abort();
  }, [id, watchCount, key]);

  /** Restarts the watch after a retry or a cancellation, which change the status. */
  const restartWatch = useCallback(() => setWatchCount((previous) => previous + 1), []);
  return { summary, connection, rejection, restartWatch, finalReads };
}

const hasAllOutcomes = ({ progress }: RequestSummary): boolean =>
  progress.completed + progress.failed + progress.cancelled >= progress.total;

const REFRESH_INTERVAL_MS = 3000;

/** Reads the statistics and failure causes. Repeats the read while the request is running. */
export function useStatistics(summary: RequestSummary): Statistics | undefined {
  const [statistics, setStatistics] = useState<Statistics>();
  const { request_id: id, progress } = summary;
  const hasEnded = isFinal(summary);
  const endedCount = progress.completed + progress.failed + progress.cancelled;
  const read = (signal: AbortSignal) => getJson<Statistics>(`/requests/${id}/statistics`, signal);
  const phase = hasEnded ? `ended at ${summary.completed_at}` : 'running';

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (attemptSignal: AbortSignal) => {
      const next = await read(attemptSignal);
      if (!signal.aborted) setStatistics(next);
    };
    if (hasEnded) void retryUntilSuccess(load, { signal }).catch(() => undefined);
    else void pollUntilAborted(load, { signal, intervalMs: REFRESH_INTERVAL_MS });
    return () => controller.abort();
  }, [id, phase, hasEnded ? endedCount : 0]);
  useFinalRead(async () => setStatistics(await read(new AbortController().signal)), [id]);
  return statistics;
}
