import type { BulkOperationKind } from '../entities/bulk-operation.entity.js';
import { deliveryStatusesBefore, type RequestStatus, toSqlList } from '../states.js';

/** A request and the conditions that delay all of its images. */
export interface WaitingRequestRow {
  id: string;
  owner: string;
  status: RequestStatus;
  open_images: number;
  in_progress: number;
  queued: number;
  operation: BulkOperationKind | null;
  owner_pause: { reason: string; paused_by: string; paused_at: string } | null;
  /** Latest unfinished delivery; null if all deliveries have finished. */
  delivery: {
    attempts: number;
    not_before: string;
    error_message: string | null;
  } | null;
}

/** Finds request $1. Counting its leased images is cheap, because the dispatch window bounds their number. */
export const FIND_WAITING_REQUEST = `
  SELECT request.id, request.owner, request.status,
    images_total - images_completed - images_failed - images_cancelled AS open_images,
    (SELECT count(*)::int FROM images
     WHERE status = 'processing' AND (request_id = request.id) IS TRUE) AS in_progress,
    (SELECT count(*)::int FROM images
     WHERE status = 'queued' AND (request_id = request.id) IS TRUE) AS queued,
    (SELECT kind FROM request_sweeps WHERE request_id = request.id) AS operation,
    (SELECT json_build_object('reason', reason, 'paused_by', paused_by, 'paused_at', paused_at)
     FROM dispatch_pauses
     WHERE kind = 'owner' AND name = request.owner AND resumed_at IS NULL) AS owner_pause,
    (SELECT json_build_object('attempts', attempts, 'not_before', not_before, 'error_message', (
       SELECT error_message FROM webhook_attempts WHERE delivery_id = delivery.id
       ORDER BY id DESC LIMIT 1))
     FROM webhook_deliveries delivery
     WHERE request_id = request.id
       AND status IN ('pending', ${toSqlList(deliveryStatusesBefore('delivered'))})
     ORDER BY created_at DESC LIMIT 1) AS delivery
  FROM processing_requests request WHERE request.id = $1`;
