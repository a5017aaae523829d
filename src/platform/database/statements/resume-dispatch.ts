/**
 * Ends a pause and logs the action. Returns no row if no such pause is active.
 *
 * $1: kind, $2: name, $3: operator.
 */
export const RESUME_DISPATCH = `
  WITH resumed AS (
    UPDATE dispatch_pauses SET resumed_at = now()
    WHERE kind = $1 AND name = $2 AND resumed_at IS NULL
    RETURNING *
  ), logged AS (
    INSERT INTO operator_actions (operator, action, kind, name, reason)
    SELECT $3, 'resume', kind, name, '' FROM resumed
  )
  SELECT name FROM resumed`;
