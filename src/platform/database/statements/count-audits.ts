import { AUDIT_REASON_CODES } from '../../presets/audit-reason.js';
import { toSqlList } from '../states.js';

/** Reason of an image that passed. */
export const PASSED = 'pass';

/** Expands the audit of each row into the codes of its reasons. An image without a reason passed. */
export const reasonsExpression = (audit: string): string =>
  `(SELECT split_part(entry, ':', 1) AS reason
    FROM unnest(CASE ${audit} WHEN '' THEN '{${PASSED}}' ELSE string_to_array(${audit}, ',') END) AS entry) AS audited`;

/**
 * CTEs of the statement that records outcomes. They count the results of audits. `audit_count` has the new
 * totals of all reasons of a request that ends, which its delivery needs. Reading the table would give those
 * from before the statement.
 */
export const COUNT_AUDITS = `audit_tally AS (
    SELECT moved.request_id, reason, count(*) AS images
    FROM moved CROSS JOIN LATERAL ${reasonsExpression('moved.audit')}
    WHERE moved.audit IS NOT NULL GROUP BY moved.request_id, reason
    UNION ALL
    SELECT counted.id, reason, 0
    FROM counted CROSS JOIN unnest(ARRAY[${toSqlList([PASSED, ...AUDIT_REASON_CODES])}]) AS reason
    WHERE counted.completed_at IS NOT NULL AND counted.audit IS NOT NULL
  ), audit_count AS (
    INSERT INTO request_audits AS a (request_id, reason, images)
    SELECT request_id, reason, sum(images) FROM audit_tally GROUP BY request_id, reason
    ON CONFLICT (request_id, reason) DO UPDATE SET images = a.images + excluded.images
    RETURNING a.request_id, a.reason, a.images
  )`;
