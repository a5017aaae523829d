import { useCallback, useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.js';
import type { RequestSummary, Statistics } from '../api/types.js';
import { getJson } from '../api/client.js';
import { useKey } from '../parts/use-key.js';
import { type Connection, isFinal, watchRequest } from './watch.js';

/** A request as it is now, for as long as it is looked at. */
export function useRequest(id: string) {
  const [summary, setSummary] = useState<RequestSummary>();
  const [connection, setConnection] = useState<Connection>('connecting');
  const [refused, setRefused] = useState<ApiError>();
  const [round, setRound] = useState(0);
  const key = useKey();

  useEffect(() => {
    const controller = new AbortController();
    setRefused(undefined);
    const watcher = {
      onProgress: setSummary,
      onConnection: setConnection,
      onRefused: setRefused,
    };
    void watchRequest(id, watcher, controller.signal);
    return () => controller.abort();
  }, [id, round, key]);

  /** After a retry or a cancel: what had ended moves again. */
  const watchAgain = useCallback(() => setRound((before) => before + 1), []);
  return { summary, connection, refused, watchAgain };
}

const REFRESH_MS = 3000;

/** Plots and causes, asked again while the request moves; the server counts once for all who look. */
export function useStatistics(summary: RequestSummary): Statistics | undefined {
  const [statistics, setStatistics] = useState<Statistics>();
  const { request_id: id, progress } = summary;
  const ended = isFinal(summary);
  const moved = progress.completed + progress.failed + progress.cancelled;
  const phase = ended ? `ended at ${summary.completed_at}` : 'moving';

  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const load = async () => {
      try {
        const path = `/requests/${id}/statistics`;
        if (!document.hidden) setStatistics(await getJson<Statistics>(path, controller.signal));
      } catch {
        // The header says when the server is away; the plots wait for it.
      }
      if (!ended && !controller.signal.aborted) timer = setTimeout(() => void load(), REFRESH_MS);
    };
    void load();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [id, phase, ended ? moved : 0]);
  return statistics;
}
