import type { Outcome } from './outcome.js';
import { unnest } from './unnest.js';

/** Number of the first parameter, after the parameters of the basic statement. */
const FIRST = 16;

const ROWS = unnest(
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
  FIRST,
);

/** The additional outputs of the outcomes: their rows, and the parameter with their keys. */
export const ADDITIONAL_OUTPUTS = {
  rows: ROWS,
  keys: `$${FIRST + 2}::text[]`,
  cte: `further AS (SELECT * FROM ${ROWS.as('f')})`,
};

export const toAdditionalOutputRows = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap(({ imageId, result }) =>
    (result.status === 'completed' ? (result.additionalOutputs ?? []) : []).map((output, i) => ({
      image_id: imageId,
      output: i + 1,
      artifact_key: output.artifactKey,
      format: output.format,
      width: output.width,
      height: output.height,
      bytes_out: output.bytesOut,
      kept_original: output.keptOriginal,
    })),
  );

/**
 * CTEs of the statement that records outcomes. They store the additional outputs of completed
 * images, and count their bytes for these images and their duplicates. `output_bytes` has the new
 * totals of all outputs, which a delivery of the same statement needs. Reading the table would give
 * those from before the statement.
 */
export const STORE_OUTPUTS = `stored_output AS (
    INSERT INTO image_outputs (image_id, output, request_id, artifact_key, format, width, height,
                               bytes_out, kept_original)
    SELECT f.image_id, f.output, ended.request_id, f.artifact_key, f.format, f.width, f.height,
           f.bytes_out, f.kept_original
    FROM further f JOIN ended ON ended.id = f.image_id AND ended.status = 'completed'
    -- A repair by the previous release leaves the rows of an image.
    ON CONFLICT (image_id, output) DO UPDATE
    SET artifact_key = excluded.artifact_key, format = excluded.format, width = excluded.width,
        height = excluded.height, bytes_out = excluded.bytes_out, kept_original = excluded.kept_original
  ), output_tally AS (
    SELECT moved.request_id, f.output, sum(f.bytes_out) AS bytes_out
    FROM moved JOIN further f ON f.image_id = coalesce(moved.same_as, moved.id)
    WHERE moved.status = 'completed' GROUP BY moved.request_id, f.output
  ), output_bytes AS (
    INSERT INTO request_outputs AS o (request_id, output, bytes_out)
    SELECT counted.id, number, coalesce(t.bytes_out, 0)
    FROM counted CROSS JOIN generate_series(1, jsonb_array_length(counted.outputs) - 1) AS number
    LEFT JOIN output_tally t ON t.request_id = counted.id AND t.output = number
    ON CONFLICT (request_id, output) DO UPDATE SET bytes_out = o.bytes_out + excluded.bytes_out
    RETURNING o.request_id, o.output, o.bytes_out
  )`;
