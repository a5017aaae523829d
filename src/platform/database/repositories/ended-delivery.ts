const COUNTERS = `
        'products', products,
        'images', images_total,
        'completed', images_completed,
        'failed', images_failed,
        'cancelled', images_cancelled,
        'bytes_in', bytes_in,
        'bytes_out', bytes_out`;

/**
 * Inserts the delivery of each request in `ended` that has a webhook. `ended` has rows of
 * `processing_requests` in their final state. The statement that ends the request contains it, so both
 * happen or neither.
 *
 * @param outputBytes FROM item with the bytes of further outputs in their final state
 */
export const insertDeliveryOf = (ended: string, outputBytes = 'request_outputs'): string => `
    INSERT INTO webhook_deliveries (id, request_id, event_type, url, secret, payload)
    SELECT gen_random_uuid(), id, 'request.' || status, webhook_url, webhook_secret, json_build_object(
      'type', 'request.' || status,
      'timestamp', to_char(completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'request_id', id,
      'status', status,
      'output_csv', base_url || '/download/' || id,
      'errors_csv', CASE WHEN images_failed > 0 THEN base_url || '/download/' || id || '/errors' END,
      'data', CASE WHEN outputs IS NULL THEN json_build_object(${COUNTERS})
        ELSE json_build_object(${COUNTERS},
          'outputs', (
            SELECT json_agg(json_build_object('name', entry ->> 'name', 'bytes_out',
              CASE number WHEN 1 THEN ended.bytes_out ELSE coalesce(further.bytes_out, 0) END)
              ORDER BY number)
            FROM jsonb_array_elements(outputs) WITH ORDINALITY AS output (entry, number)
            LEFT JOIN ${outputBytes} further
              ON further.request_id = ended.id AND further.output = number - 1)) END)::text
    FROM ${ended} ended WHERE completed_at IS NOT NULL AND webhook_url IS NOT NULL`;

/**
 * Returns the SQL expression of the expiry of a request that ends now. `days` is the placeholder of
 * `RETENTION_DAYS`; 0 means never.
 */
export const expiryAfter = (days: string): string =>
  `CASE WHEN ${days}::int > 0 THEN now() + make_interval(days => ${days}::int) END`;
