import type { Outcome } from './outcome.js';
import { unnest } from './unnest.js';

/** Number of the first parameter after the parameters of the basic statement. */
const FIRST_PARAMETER = 16;

const OUTPUT_ROWS = unnest(
  {
    image_id: 'bigint',
    output: 'int',
    artifact_key: 'text',
    format: 'text',
    width: 'int',
    height: 'int',
    bytes_out: 'int',
    kept_original: 'bool',
  },
  FIRST_PARAMETER,
);

/** Additional outputs of the outcomes: their rows, the parameter with their artifact keys, and their CTE. */
export const ADDITIONAL_OUTPUTS = {
  rows: OUTPUT_ROWS,
  keys: `$${FIRST_PARAMETER + 2}::text[]`,
  cte: `additional_output AS (SELECT * FROM ${OUTPUT_ROWS.toFromItem('a')})`,
};

export const toAdditionalOutputRows = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap(({ imageId, result }) =>
    (result.status === 'completed' ? (result.additionalOutputs ?? []) : []).map(
      (output, index) => ({
        image_id: imageId,
        output: index + 1,
        artifact_key: output.artifactKey,
        format: output.format,
        width: output.width,
        height: output.height,
        bytes_out: output.bytesOut,
        kept_original: output.keptOriginal,
      }),
    ),
  );

/**
 * CTEs that store the additional outputs of completed images in the statement that records outcomes.
 * They add the bytes of these outputs for the images and their duplicates. `output_bytes` contains the
 * new totals of all outputs for the delivery. Within the statement, the table still contains the old
 * totals.
 */
export const STORE_OUTPUTS = `stored_output AS (
    INSERT INTO image_outputs (image_id, output, request_id, artifact_key, format, width, height,
                               bytes_out, kept_original)
    SELECT a.image_id, a.output, finished.request_id, a.artifact_key, a.format, a.width, a.height,
           a.bytes_out, a.kept_original
    FROM additional_output a JOIN finished ON finished.id = a.image_id AND finished.status = 'completed'
    -- A repair by the previous release does not delete the rows of an image.
    ON CONFLICT (image_id, output) DO UPDATE
    SET artifact_key = excluded.artifact_key, format = excluded.format, width = excluded.width,
        height = excluded.height, bytes_out = excluded.bytes_out, kept_original = excluded.kept_original
  ), output_tally AS (
    SELECT moved.request_id, a.output, sum(a.bytes_out) AS bytes_out
    FROM moved JOIN additional_output a ON a.image_id = coalesce(moved.same_as, moved.id)
    WHERE moved.status = 'completed' GROUP BY moved.request_id, a.output
  ), output_bytes AS (
    INSERT INTO request_outputs AS o (request_id, output, bytes_out)
    SELECT counted.id, number, coalesce(t.bytes_out, 0)
    FROM counted CROSS JOIN generate_series(1, jsonb_array_length(counted.outputs) - 1) AS number
    LEFT JOIN output_tally t ON t.request_id = counted.id AND t.output = number
    ON CONFLICT (request_id, output) DO UPDATE SET bytes_out = o.bytes_out + excluded.bytes_out
    RETURNING o.request_id, o.output, o.bytes_out
  )`;
