/** An image that should have ended. */
export interface StuckImageRow {
  image_id: string;
  request_id: string;
  input_url: string;
  attempts: number;
  /** Time of the claim, or of the end of the lease. */
  since: Date;
  since_text: string;
  /** The process that works on it; null when its lease has ended. */
  instance: string | null;
  hostname: string | null;
  pid: number | null;
}

/**
 * Returns up to $3 images, the longest stuck first, after image $5 of the time $4 (null for the first
 * page): those that a process seen in the last $1 seconds has worked on for more than $2 seconds, and
 * those whose lease ended $1 seconds ago and that no process took back.
 */
export const LIST_STUCK_IMAGES = `
  WITH held AS MATERIALIZED (
    SELECT instance, hostname, pid, active.image_id, active.since
    FROM workers CROSS JOIN LATERAL jsonb_to_recordset(oldest_images)
      AS active (image_id bigint, since timestamptz)
    WHERE seen_at > now() - make_interval(secs => $1)
      AND active.since < now() - make_interval(secs => $2)
  ), stuck AS (
    SELECT image.id, image.request_id, image.input_url, image.attempts, held.since, held.instance,
           held.hostname, held.pid
    FROM held JOIN images image ON image.id = held.image_id AND image.status = 'processing'
    UNION ALL
    SELECT id, request_id, input_url, attempts, lease_until, NULL, NULL, NULL FROM images
    WHERE status IN ('queued', 'processing') AND lease_until < now() - make_interval(secs => $1)
  )
  SELECT id AS image_id, request_id, input_url, attempts, since, since::text AS since_text, instance,
         hostname, pid
  FROM stuck WHERE $4::timestamptz IS NULL OR (since, id) > ($4::timestamptz, $5::bigint)
  ORDER BY since, id LIMIT $3`;
