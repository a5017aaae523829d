import { PASSED_REASON } from '../statements/count-audits.js';

const COUNTERS = `
        'products', products,
        'images', images_total,
        'completed', images_completed,
        'failed', images_failed,
        'cancelled', images_cancelled,
        'bytes_in', bytes_in,
        'bytes_out', bytes_out`;

/** Tables or CTEs with the counters of a request in its final state. */
export interface DeliveryCounters {
  /** Table or CTE with the bytes of additional outputs. */
  outputs: string;
  /** Table or CTE with audit results. */
  audits: string;
}

const STORED_COUNTERS: DeliveryCounters = { outputs: 'request_outputs', audits: 'request_audits' };

const outputsExpression = (counters: string): string => `CASE WHEN outputs IS NOT NULL THEN (
          SELECT json_agg(json_build_object('name', entry ->> 'name', 'bytes_out',
            CASE number WHEN 1 THEN finished.bytes_out ELSE coalesce(additional.bytes_out, 0) END)
            ORDER BY number)
          FROM jsonb_array_elements(outputs) WITH ORDINALITY AS output (entry, number)
          LEFT JOIN ${counters} additional
            ON additional.request_id = finished.id AND additional.output = number - 1) END`;

const auditExpression = (counters: string): string => `CASE WHEN audit IS NOT NULL THEN (
          SELECT json_build_object('preset', finished.preset,
            'passed', coalesce(sum(images) FILTER (WHERE reason = '${PASSED_REASON}'), 0),
            'failed', finished.images_completed
              - coalesce(sum(images) FILTER (WHERE reason = '${PASSED_REASON}'), 0),
            'reasons', coalesce(json_agg(json_build_object('code', reason, 'images', images)
              ORDER BY images DESC, reason) FILTER (WHERE reason <> '${PASSED_REASON}' AND images > 0), '[]'))
          FROM ${counters} audits WHERE audits.request_id = finished.id) END`;

/**
 * Builds an INSERT of the delivery for each request in `finished` that has a webhook. `finished` is a CTE with rows
 * of `processing_requests` in their final state. The INSERT is part of the statement that finishes the request,
 * so both take effect together.
 */
export const buildInsertDeliveries = (finished: string, counters = STORED_COUNTERS): string => `
    INSERT INTO webhook_deliveries (id, request_id, event_type, url, secret, payload)
    SELECT gen_random_uuid(), id, 'request.' || status, webhook_url, webhook_secret, json_build_object(
      'type', 'request.' || status,
      'timestamp', to_char(completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'request_id', id,
      'status', status,
      'output_csv', base_url || '/download/' || id,
      'errors_csv', CASE WHEN images_failed > 0 THEN base_url || '/download/' || id || '/errors' END,
      'data', json_strip_nulls(json_build_object(${COUNTERS},
        'outputs', ${outputsExpression(counters.outputs)},
        'audit', ${auditExpression(counters.audits)})))::text
    FROM ${finished} finished WHERE completed_at IS NOT NULL AND webhook_url IS NOT NULL`;

/**
 * Returns an SQL expression for the expiry of a request that finishes now. `days` is the placeholder of
 * `RETENTION_DAYS`. With 0, a request never expires.
 */
export const expiryExpression = (days: string): string =>
  `CASE WHEN ${days}::int > 0 THEN now() + make_interval(days => ${days}::int) END`;
