import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../platform/errors/app-error.js';
import { error, type Finding, fromAppError, reasonOf } from './finding.js';

/** Checks of one subject, e.g. Redis. */
export interface CheckGroup {
  name: string;
  /** Yields each finding as soon as it is known, so that a check that hangs loses no earlier one. */
  findings(): AsyncIterable<Finding>;
}

/** Maximum time of one group. All groups run at the same time. */
const GROUP_TIMEOUT_MS = 20_000;

/** Runs the checks of one group. A failed or late check is a finding, and never rejects. */
export async function collectFindings(
  group: CheckGroup,
  timeoutMs = GROUP_TIMEOUT_MS,
): Promise<Finding[]> {
  const found: Finding[] = [];
  const collect = async () => {
    for await (const finding of group.findings()) found.push(finding);
  };
  try {
    const late = setTimeout(timeoutMs, 'late', { ref: false });
    if ((await Promise.race([collect(), late])) !== 'late') return found;
    return [...found, lateFinding(group.name, timeoutMs)];
  } catch (thrown) {
    return [...found, failedFinding(group.name, thrown)];
  }
}

const lateFinding = (name: string, timeoutMs: number): Finding =>
  error(
    `${name}.answer`,
    `The check did not finish within ${timeoutMs / 1000} s.`,
    'Check that the server answers, and that no firewall drops its packets.',
  );

const failedFinding = (name: string, thrown: unknown): Finding =>
  thrown instanceof AppError
    ? fromAppError(`${name}.failure`, thrown)
    : error(
        `${name}.failure`,
        `The check failed: ${reasonOf(thrown)}.`,
        'Fix the cause named in the message, then run the check again.',
      );
