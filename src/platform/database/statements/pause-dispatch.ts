/**
 * Pauses an origin or an owner, and logs the action. Pausing again keeps the time of the first pause.
 *
 * $1: kind, $2: name, $3: reason, $4: operator.
 */
export const PAUSE_DISPATCH = `
  WITH paused AS (
    INSERT INTO dispatch_pauses AS pause (kind, name, reason, paused_by) VALUES ($1, $2, $3, $4)
    ON CONFLICT (kind, name) DO UPDATE SET reason = excluded.reason, paused_by = excluded.paused_by,
      paused_at = CASE WHEN pause.resumed_at IS NULL THEN pause.paused_at ELSE now() END,
      resumed_at = NULL
    RETURNING *
  ), logged AS (
    INSERT INTO operator_actions (operator, action, kind, name, reason)
    SELECT paused_by, 'pause', kind, name, reason FROM paused
  )
  SELECT kind, name, reason, paused_by AS "pausedBy", paused_at AS "pausedAt" FROM paused`;
