import type { DataSource } from 'typeorm';
import { PreparedStatement } from '../prepared-statement.js';
import {
  type DeliveryCounters,
  expiryExpression,
  buildInsertDeliveries,
} from '../repositories/insert-deliveries.js';
import { requestStatusesBefore, toSqlList } from '../states.js';
import { listOutputs, type Outcome, type RecordedOutcomes } from './outcome.js';
import { COUNT_AUDITS } from './count-audits.js';
import {
  ADDITIONAL_OUTPUTS,
  toAdditionalOutputRows,
  STORE_OUTPUTS,
} from './record-additional-outputs.js';
import { unnest } from './unnest.js';

const OUTCOMES = unnest({
  id: 'bigint',
  lease: 'uuid',
  status: 'image_status',
  artifact_key: 'text',
  format: 'text',
  width: 'int',
  height: 'int',
  bytes_in: 'int',
  bytes_out: 'int',
  kept_original: 'bool',
  error_code: 'text',
  error_message: 'text',
  audit: 'text',
});

/** Parts of the statement that differ for requests with additional outputs or audits. */
interface StatementParts {
  /** CTEs that unnest additional parameters. */
  inputCte: string;
  /** Keys of all artifacts that the outcomes use. */
  artifactKeys: string;
  /** SQL condition that an outcome with an artifact must meet to be recorded. */
  recordableCondition: string;
  /** Artifact keys of the completed images. */
  completedKeys: string;
  /** CTEs that store additional outputs and count audits. */
  storeCte: string;
  /** Tables with the counters of additional outputs and audits. */
  counters?: DeliveryCounters;
}

const USABLE_KEYS = 'ARRAY(SELECT key FROM usable_artifact)';
const COMPLETED_KEYS = `SELECT artifact_key FROM finished WHERE status = 'completed'`;

/**
 * Builds the statement that atomically records outcomes. It finishes the images and their duplicates
 * in the same request, and updates the counters. It finishes requests without unfinished images and
 * inserts their deliveries. It ignores images whose lease has changed, and images of canceled or
 * removed requests. It also ignores images with an artifact that garbage collection has removed.
 *
 * The lock order is requests, artifacts, images. The `ARRAY(…)` subqueries acquire the first two
 * locks before an image is updated.
 */
const buildStatement = (
  name: string,
  {
    inputCte,
    artifactKeys,
    recordableCondition,
    completedKeys,
    storeCte,
    counters,
  }: StatementParts,
) =>
  new PreparedStatement<RecordedOutcomes>(
    name,
    `
  WITH outcome AS (
    SELECT * FROM ${OUTCOMES.toFromItem('o')}
  )${inputCte}, open_request AS (
    SELECT id FROM processing_requests
    WHERE id IN (SELECT request_id FROM images WHERE id = ANY($1::bigint[]))
      AND status IN (${toSqlList(requestStatusesBefore('completed'))})
    ORDER BY id FOR UPDATE
  ), usable_artifact AS (
    SELECT key FROM artifacts
    WHERE key = ANY(${artifactKeys}) AND (sweep_after IS NULL OR key = ANY($14::text[]))
      AND (SELECT count(*) FROM open_request) > 0
    ORDER BY key FOR NO KEY UPDATE
  ), finished AS (
    UPDATE images SET lease = NULL, lease_until = NULL, finished_at = now(), status = o.status,
           artifact_key = o.artifact_key, format = o.format, width = o.width, height = o.height,
           bytes_in = o.bytes_in, bytes_out = o.bytes_out, kept_original = o.kept_original,
           error_code = o.error_code, error_message = o.error_message, audit = o.audit
    FROM outcome o
    WHERE images.id = o.id AND images.lease = o.lease AND images.status = 'processing'
      -- IS TRUE prevents the planner from reading all images of the request.
      AND (images.request_id = ANY(ARRAY(SELECT id FROM open_request))) IS TRUE
      AND (o.artifact_key IS NULL OR ${recordableCondition})
    RETURNING images.*
  ), duplicates AS (
    UPDATE images SET finished_at = now(), status = finished.status,
           artifact_key = finished.artifact_key, format = finished.format, width = finished.width,
           height = finished.height, bytes_in = finished.bytes_in, bytes_out = finished.bytes_out,
           kept_original = finished.kept_original, error_code = finished.error_code,
           error_message = finished.error_message, audit = finished.audit
    FROM finished
    WHERE images.same_as = finished.id AND images.status = 'pending'
    RETURNING images.*
  ), moved AS (
    SELECT * FROM finished UNION ALL SELECT * FROM duplicates
  ), artifact AS (
    UPDATE artifacts SET sweep_after = NULL
    WHERE sweep_after IS NOT NULL AND key = ANY(ARRAY(${completedKeys}))
  ), tally AS (
    SELECT request_id,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           coalesce(sum(bytes_in) FILTER (WHERE status = 'completed'), 0) AS bytes_in,
           coalesce(sum(bytes_out) FILTER (WHERE status = 'completed'), 0) AS bytes_out
    FROM moved GROUP BY request_id
  ), counted AS (
    UPDATE processing_requests r SET
      images_completed = r.images_completed + t.completed,
      images_failed = r.images_failed + t.failed,
      bytes_in = r.bytes_in + t.bytes_in,
      bytes_out = r.bytes_out + t.bytes_out,
      status = CASE
        WHEN r.images_completed + r.images_failed + r.images_cancelled + t.completed + t.failed
             < r.images_total THEN r.status
        WHEN r.images_completed + t.completed > 0 THEN 'completed'
        ELSE 'failed' END,
      completed_at = CASE
        WHEN r.images_completed + r.images_failed + r.images_cancelled + t.completed + t.failed
             < r.images_total THEN NULL
        ELSE now() END,
      expires_at = CASE
        WHEN r.images_completed + r.images_failed + r.images_cancelled + t.completed + t.failed
             < r.images_total THEN NULL
        ELSE ${expiryExpression('$15')} END
    FROM tally t
    WHERE r.id = t.request_id
    RETURNING r.*
  )${storeCte}, delivery AS (${buildInsertDeliveries('counted', counters)}
  )
  SELECT (SELECT coalesce(array_agg(id::text), '{}') FROM finished) AS "imageIds",
         (SELECT coalesce(json_agg(json_build_object('id', id, 'status', status)), '[]')
          FROM counted WHERE completed_at IS NOT NULL) AS "finishedRequests"`,
  );

const RECORD_OUTCOMES = buildStatement('record_outcomes', {
  inputCte: '',
  artifactKeys: '$4::text[]',
  recordableCondition: `o.artifact_key = ANY(${USABLE_KEYS})`,
  completedKeys: COMPLETED_KEYS,
  storeCte: '',
});

const RECORD_OUTCOMES_WITH_COUNTERS = buildStatement('record_outcomes_with_outputs', {
  inputCte: `, ${ADDITIONAL_OUTPUTS.cte}`,
  artifactKeys: `$4::text[] || ${ADDITIONAL_OUTPUTS.keys}`,
  recordableCondition: `(o.artifact_key = ANY(${USABLE_KEYS}) AND o.id <> ALL(ARRAY(
        SELECT image_id FROM additional_output
        WHERE NOT EXISTS (SELECT 1 FROM usable_artifact WHERE key = additional_output.artifact_key))))`,
  completedKeys: `${COMPLETED_KEYS}
    UNION ALL SELECT a.artifact_key FROM additional_output a JOIN finished ON finished.id = a.image_id`,
  storeCte: `, ${STORE_OUTPUTS}, ${COUNT_AUDITS}`,
  counters: { outputs: 'output_bytes', audits: 'audit_count' },
});

export async function recordOutcomes(
  dataSource: DataSource,
  outcomes: readonly Outcome[],
  retentionDays: number,
): Promise<RecordedOutcomes> {
  const parameters = [
    ...OUTCOMES.toArrays(outcomes.map(toRow)),
    outcomes.flatMap(({ result }) =>
      result.status !== 'completed'
        ? []
        : listOutputs(result).flatMap(({ isNew, artifactKey }) => (isNew ? [artifactKey] : [])),
    ),
    retentionDays,
  ];
  const [recordedOutcomes] = outcomes.some(needsCounters)
    ? await RECORD_OUTCOMES_WITH_COUNTERS.execute(dataSource, [
        ...parameters,
        ...ADDITIONAL_OUTPUTS.rows.toArrays(toAdditionalOutputRows(outcomes)),
      ])
    : await RECORD_OUTCOMES.execute(dataSource, parameters);
  return recordedOutcomes;
}

/** Also true for a failed image, because it may finish a request whose delivery contains the counters. */
const needsCounters = ({ hasOutputs, isAudited }: Outcome): boolean =>
  hasOutputs || isAudited || false;

function toRow({ imageId, lease, result }: Outcome) {
  const completedOutcome = result.status === 'completed' ? result : undefined;
  const failedOutcome = result.status === 'failed' ? result : undefined;
  return {
    id: imageId,
    lease,
    status: result.status === 'audited' ? 'completed' : result.status,
    artifact_key: completedOutcome?.artifactKey,
    format: completedOutcome?.format,
    width: completedOutcome?.width,
    height: completedOutcome?.height,
    bytes_in: completedOutcome?.bytesIn,
    bytes_out: completedOutcome?.bytesOut,
    kept_original: completedOutcome?.keptOriginal ?? false,
    error_code: failedOutcome?.errorCode,
    error_message: failedOutcome?.errorMessage,
    audit: result.status === 'failed' ? undefined : result.audit?.join(','),
  };
}
