import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.js';
import type { RequestSummary, Statistics } from '../api/types.js';
import { getJson } from '../api/client.js';
import { retryUntilSuccess, poll } from '../api/retry-until-success.js';
import { sleep } from '../api/resume.js';
import { useKey } from '../parts/use-key.js';
import { useFinalRead } from './final-reads.js';
import { type Connection, isFinal, watchRequest } from './watch.js';

/** Maximum time that a slow read delays the end of a request, in milliseconds. */
const MAX_DELAY_MS = 5000;

/** Follows a request while its view is open. */
export function useRequest(id: string) {
  const [summary, setSummary] = useState<RequestSummary>();
  const [connection, setConnection] = useState<Connection>('connecting');
  const [refused, setRefused] = useState<ApiError>();
  const [round, setRound] = useState(0);
  const [finalReads] = useState(() => new Set<() => Promise<unknown>>());
  const key = useKey();

  useEffect(() => {
    const controller = new AbortController();
    setRefused(undefined);
    const { signal } = controller;
    let latest: RequestSummary;
    const show = async (next: RequestSummary) => {
      latest = next;
      // Reads the visible cards first, because "Done" must not appear next to waiting cards.
      if (hasAllOutcomes(next)) {
        const reads = Promise.allSettled([...finalReads].map((read) => read()));
        await Promise.race([reads, sleep(MAX_DELAY_MS, signal)]);
      }
      if (!signal.aborted && latest === next) setSummary(next);
    };
    const watcher = {
      onProgress: (next: RequestSummary) => void show(next),
      onConnection: setConnection,
      onRefused: setRefused,
    };
    void watchRequest(id, watcher, signal);
    return () => controller.abort();
  }, [id, round, key]);

  /** Called after a retry or a cancel, when an ended request changes again. */
  const watchAgain = useCallback(() => setRound((before) => before + 1), []);
  return { summary, connection, refused, watchAgain, finalReads };
}

const hasAllOutcomes = ({ progress }: RequestSummary): boolean =>
  progress.completed + progress.failed + progress.cancelled >= progress.total;

const REFRESH_MS = 3000;

/** Reads plots and failure causes, repeatedly while the request runs. */
export function useStatistics(summary: RequestSummary): Statistics | undefined {
  const [statistics, setStatistics] = useState<Statistics>();
  const { request_id: id, progress } = summary;
  const ended = isFinal(summary);
  const moved = progress.completed + progress.failed + progress.cancelled;
  const read = (signal: AbortSignal) => getJson<Statistics>(`/requests/${id}/statistics`, signal);
  const phase = ended ? `ended at ${summary.completed_at}` : 'moving';

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (attempted: AbortSignal) => {
      const next = await read(attempted);
      if (!signal.aborted) setStatistics(next);
    };
    if (ended) void retryUntilSuccess(load, { signal }).catch(() => undefined);
    else void poll(load, { signal, everyMs: REFRESH_MS });
    return () => controller.abort();
  }, [id, phase, ended ? moved : 0]);
  useFinalRead(async () => setStatistics(await read(new AbortController().signal)), [id]);
  return statistics;
}
