/** Returns up to $2 processes that were seen in the last $1 seconds, oldest first, skipping the first $3. */
export const LIST_WORKERS = `
  SELECT instance, role, version, hostname, pid, started_at AS "startedAt", seen_at AS "seenAt",
         images_in_progress AS "imagesInProgress", decoders_running AS "decodersRunning", decoders,
         storage_error AS "storageError"
  FROM workers WHERE seen_at > now() - make_interval(secs => $1)
  ORDER BY started_at, instance LIMIT $2 OFFSET $3`;
