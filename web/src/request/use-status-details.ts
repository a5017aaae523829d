import { createContext } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.js';
import { pollUntilAborted, retryUntilSuccess } from '../api/retry-until-success.js';
import type { AuditSummary, RequestSummary, Status } from '../api/types.js';
import { useKey } from '../hooks/use-key.js';
import { isFinal } from './watch-request.js';

/** Matches the interval at which the server counts waiting images. */
const REFRESH_INTERVAL_MS = 5000;

/** Fields of the status that the event stream does not contain. */
export type StatusDetails = Pick<Status, 'pauses' | 'limited_hosts' | 'warnings' | 'audit'>;

/** Current results of the audit. Null for a request without an audit. */
export const AuditContext = createContext<AuditSummary | null>(null);

/** Returns true if the images were only checked. */
export const isCheckOnly = (audit: AuditSummary | null): boolean => audit?.scope === 'sources';

/** Reads the details. Repeats the read while the request is running. Returns undefined until they are loaded. */
export function useStatusDetails(summary: RequestSummary | undefined): StatusDetails | undefined {
  const [details, setDetails] = useState<StatusDetails>();
  const key = useKey();
  const id = summary?.request_id;
  const endedAt = summary && isFinal(summary) && summary.completed_at;
  useEffect(() => {
    if (!id) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (attemptSignal: AbortSignal) => {
      const next = await getJson<Status>(`/status/${id}?limit=0`, attemptSignal);
      if (!signal.aborted) setDetails(next);
    };
    if (endedAt) void retryUntilSuccess(load, { signal }).catch(() => undefined);
    else void pollUntilAborted(load, { signal, intervalMs: REFRESH_INTERVAL_MS });
    return () => controller.abort();
  }, [id, endedAt, key]);
  return details;
}
