import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../platform/errors/app-error.js';
import { error, type Finding, toFinding, describeCause } from './finding.js';

/** Checks that concern one subject, e.g. Redis. */
export interface CheckGroup {
  name: string;
  /** Yields each finding immediately, so earlier findings survive if a later check hangs. */
  runChecks(): AsyncIterable<Finding>;
}

/** Maximum time for one group. All groups run concurrently. */
const GROUP_TIMEOUT_MS = 20_000;

/** Runs the checks of one group. Never rejects, because a failed or late check becomes a finding. */
export async function collectFindings(
  group: CheckGroup,
  timeoutMs = GROUP_TIMEOUT_MS,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const collect = async () => {
    for await (const finding of group.runChecks()) findings.push(finding);
  };
  try {
    const timeout = setTimeout(timeoutMs, 'timeout', { ref: false });
    if ((await Promise.race([collect(), timeout])) !== 'timeout') return findings;
    return [...findings, toTimeoutFinding(group.name, timeoutMs)];
  } catch (cause) {
    return [...findings, toFailedFinding(group.name, cause)];
  }
}

const toTimeoutFinding = (name: string, timeoutMs: number): Finding =>
  error(
    `${name}.answer`,
    `The check did not finish within ${timeoutMs / 1000} s.`,
    'Check that the server responds, and that no firewall drops its packets.',
  );

const toFailedFinding = (name: string, cause: unknown): Finding =>
  cause instanceof AppError
    ? toFinding(`${name}.failure`, cause)
    : error(
        `${name}.failure`,
        `The check failed: ${describeCause(cause)}.`,
        'Fix the cause in the message, then run the check again.',
      );
