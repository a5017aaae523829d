/** Returns what the processes that were seen in the last $1 seconds know about hosts. */
export const LIST_ORIGIN_STATES = `
  SELECT origin.*
  FROM workers CROSS JOIN LATERAL jsonb_to_recordset(origins) AS origin (
    host text, running int, waiting int, concurrency int, requests_per_minute float8, breaker text,
    paused_until timestamptz, reason text)
  WHERE seen_at > now() - make_interval(secs => $1)
  ORDER BY host LIMIT $2`;
