/**
 * Removes pauses that ended more than $1 seconds ago. In this time, a dispatch that began before the end
 * may still park images.
 */
export const REMOVE_ENDED_PAUSES = `
  DELETE FROM dispatch_pauses WHERE resumed_at < now() - make_interval(secs => $1)`;
