import { AUDIT_REASON_CODES } from '../../presets/audit-reason.js';
import { toSqlList } from '../states.js';

/** Takes the place of a reason code if an image passed its audit. */
export const PASSED_REASON = 'pass';

/** Returns a FROM item that expands an audit column into reason codes, or into `pass` without reasons. */
export const auditReasonsFromItem = (audit: string): string =>
  `(SELECT split_part(entry, ':', 1) AS reason
    FROM unnest(CASE ${audit} WHEN '' THEN '{${PASSED_REASON}}' ELSE string_to_array(${audit}, ',') END) AS entry) AS audited`;

/**
 * CTEs that count audit results in the statement that records outcomes. `audit_count` contains the new totals
 * of a finished request for its delivery. Within the statement, the table still contains the old totals.
 */
export const COUNT_AUDITS = `audit_tally AS (
    SELECT moved.request_id, reason, count(*) AS images
    FROM moved CROSS JOIN LATERAL ${auditReasonsFromItem('moved.audit')}
    WHERE moved.audit IS NOT NULL GROUP BY moved.request_id, reason
    UNION ALL
    SELECT counted.id, reason, 0
    FROM counted CROSS JOIN unnest(ARRAY[${toSqlList([PASSED_REASON, ...AUDIT_REASON_CODES])}]) AS reason
    WHERE counted.completed_at IS NOT NULL AND counted.audit IS NOT NULL
  ), audit_count AS (
    INSERT INTO request_audits AS a (request_id, reason, images)
    SELECT request_id, reason, sum(images) FROM audit_tally GROUP BY request_id, reason
    ON CONFLICT (request_id, reason) DO UPDATE SET images = a.images + excluded.images
    RETURNING a.request_id, a.reason, a.images
  )`;
