import { imageStatusesBefore, sqlList } from '../states.js';
import { hostOfUrl } from './host-of-url.js';
import type { PauseKind } from '../entities/dispatch-pause.entity.js';

/** A pause that holds images of a request. */
export interface RequestPauseRow {
  kind: PauseKind;
  name: string;
  reason: string;
  paused_at: Date;
}

/**
 * Finds the pauses that hold images of request $1 of owner $2: the one of the owner, and those of origins
 * with parked images. Reads at most $3 parked images for each origin, and none without pauses.
 */
export const FIND_PAUSES_OF_REQUEST = `
  SELECT kind, name, reason, paused_at FROM dispatch_pauses pause
  WHERE resumed_at IS NULL AND CASE kind WHEN 'owner' THEN name = $2 ELSE EXISTS (
    SELECT 1 FROM (
      SELECT input_url FROM images
      WHERE request_id = $1 AND status IN (${sqlList(imageStatusesBefore('queued'))})
        AND same_as IS NULL AND not_before = 'infinity' LIMIT $3
    ) parked WHERE ${hostOfUrl('parked.input_url')} = pause.name
  ) END
  ORDER BY kind DESC, name LIMIT 20`;
