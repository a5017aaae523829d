import { imageHostExpression } from './image-host.js';
import { IS_PARKED } from './parked-condition.js';
import type { PauseKind } from '../entities/dispatch-pause.entity.js';

/** An active pause that affects a request. */
export interface RequestPauseRow {
  kind: PauseKind;
  name: string;
  reason: string;
  paused_at: Date;
}

/**
 * Finds the active pauses that affect request $1 of owner $2: the owner's pause, and pauses of
 * origins with parked images. Reads the first $3 parked images once, and only if an origin is paused.
 */
export const FIND_REQUEST_PAUSES = `
  SELECT kind, name, reason, paused_at FROM dispatch_pauses
  WHERE resumed_at IS NULL AND CASE kind WHEN 'owner' THEN name = $2 ELSE name = ANY(ARRAY(
    SELECT DISTINCT host FROM (
      SELECT ${imageHostExpression('images')} AS host FROM images WHERE request_id = $1 AND ${IS_PARKED} LIMIT $3
    ) parked
  )) END
  ORDER BY kind DESC, name LIMIT 20`;
