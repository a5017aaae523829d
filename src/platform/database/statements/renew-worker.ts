/**
 * Inserts or renews the row of a process.
 *
 * $1: instance, $2: role, $3: version, $4: hostname, $5: process ID, $6: start, $7: images in progress,
 * $8: running decoders, $9: maximum number of decoders, $10: storage error, $11: oldest images, $12: origins.
 */
export const RENEW_WORKER = `
  INSERT INTO workers (instance, role, version, hostname, pid, started_at, seen_at, images_in_progress,
                       decoders_running, decoders, storage_error, oldest_images, origins)
  VALUES ($1, $2, $3, $4, $5, $6, now(), $7, $8, $9, $10, $11, $12)
  ON CONFLICT (instance) DO UPDATE SET seen_at = excluded.seen_at,
    images_in_progress = excluded.images_in_progress, decoders_running = excluded.decoders_running,
    storage_error = excluded.storage_error, oldest_images = excluded.oldest_images,
    origins = excluded.origins`;
