import type { OriginState } from '../entities/worker.entity.js';

/**
 * State of a host, combined from all running processes. Numbers are sums over the processes that send requests
 * to the host.
 */
export type HostStateRow = Omit<OriginState, 'paused_until'> & { paused_until: Date | null };

/**
 * Combines the host states of the processes that were seen in the last $1 seconds into one row per host. If
 * processes report several pauses of a host, the longest pause and its reason are returned. Returns up to $2
 * hosts: paused and limited hosts first, then hosts with the most downloads.
 */
export const LIST_ORIGIN_STATES = `
  SELECT host, sum(running)::int AS running, sum(concurrency)::int AS concurrency,
         sum(requests_per_minute) AS requests_per_minute,
         CASE WHEN bool_or(breaker = 'open') THEN 'open'
              WHEN bool_or(breaker = 'probing') THEN 'probing' ELSE 'closed' END AS breaker,
         max(paused_until) AS paused_until,
         (array_agg(reason ORDER BY paused_until DESC NULLS LAST))[1] AS reason
  FROM workers CROSS JOIN LATERAL jsonb_to_recordset(origins) AS origin (
    host text, running int, concurrency int, requests_per_minute float8, breaker text,
    paused_until timestamptz, reason text)
  WHERE seen_at > now() - make_interval(secs => $1)
  GROUP BY host
  ORDER BY (max(paused_until) IS NULL AND sum(requests_per_minute) IS NULL), sum(running) DESC, host
  LIMIT $2`;
