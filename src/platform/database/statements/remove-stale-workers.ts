/** Removes rows of processes that were last seen more than $1 seconds ago. */
export const REMOVE_STALE_WORKERS = `
  DELETE FROM workers WHERE seen_at < now() - make_interval(secs => $1)`;
