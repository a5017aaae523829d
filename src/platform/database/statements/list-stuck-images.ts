/** An image that should have finished by now. */
export interface StuckImageRow {
  image_id: string;
  request_id: string;
  input_url: string;
  attempts: number;
  /** Time of the claim, or the time at which the lease expired. */
  since: Date;
  since_text: string;
  /** The process that is working on the image; null if the lease has expired. */
  instance: string | null;
  hostname: string | null;
  pid: number | null;
}

/**
 * Returns up to $3 stuck images, oldest first. An image is stuck if its lease expired more than $1 seconds ago.
 * It is also stuck if a running process has been working on it for more than $2 seconds. A process is running
 * if it was seen in the last $1 seconds. $4 and $5 are the time and ID of the last image on the previous page;
 * null for the first page.
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
