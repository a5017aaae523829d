import { createContext } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { getJson } from '../api/client.js';
import { retryUntilSuccess, poll } from '../api/retry-until-success.js';
import type { AuditSummary, RequestSummary, Status } from '../api/types.js';
import { useKey } from '../parts/use-key.js';
import { isFinal } from './watch.js';

/** The server counts the waiting images again every 5 s. */
const REFRESH_MS = 5000;

/** Parts of the status that the event stream does not have. */
export type StatusDetails = Pick<Status, 'pauses' | 'limited_hosts' | 'warnings' | 'audit'>;

/** Results of the audit so far. Null for a request without an audit. */
export const Audit = createContext<AuditSummary | null>(null);

/** Returns true if the images were only checked. */
export const isCheckOnly = (audit: AuditSummary | null): boolean => audit?.scope === 'sources';

/** Reads the details repeatedly while the request runs. Returns undefined until they are loaded. */
export function useStatusDetails(summary: RequestSummary | undefined): StatusDetails | undefined {
  const [details, setDetails] = useState<StatusDetails>();
  const key = useKey();
  const id = summary?.request_id;
  const endedAt = summary && isFinal(summary) && summary.completed_at;
  useEffect(() => {
    if (!id) return undefined;
    const controller = new AbortController();
    const { signal } = controller;
    const load = async (attempted: AbortSignal) => {
      const next = await getJson<Status>(`/status/${id}?limit=0`, attempted);
      if (!signal.aborted) setDetails(next);
    };
    if (endedAt) void retryUntilSuccess(load, { signal }).catch(() => undefined);
    else void poll(load, { signal, everyMs: REFRESH_MS });
    return () => controller.abort();
  }, [id, endedAt, key]);
  return details;
}
