import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../platform/errors/app-error.js';
import { error, type Finding, fromAppError, describeCause } from './finding.js';

/** Checks of one subject, e.g. Redis. */
export interface CheckGroup {
  name: string;
  /** Yields each finding immediately, so a hanging check loses no earlier finding. */
  findings(): AsyncIterable<Finding>;
}

/** Maximum time of one group. All groups run at the same time. */
const GROUP_TIMEOUT_MS = 20_000;

/** Runs the checks of one group. Never rejects: a failed or late check becomes a finding. */
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
    return [...found, timeoutFinding(group.name, timeoutMs)];
  } catch (thrown) {
    return [...found, toFailedFinding(group.name, thrown)];
  }
}

const timeoutFinding = (name: string, timeoutMs: number): Finding =>
  error(
    `${name}.answer`,
    `The check did not finish within ${timeoutMs / 1000} s.`,
    'Check that the server answers, and that no firewall drops its packets.',
  );

const toFailedFinding = (name: string, thrown: unknown): Finding =>
  thrown instanceof AppError
    ? fromAppError(`${name}.failure`, thrown)
    : error(
        `${name}.failure`,
        `The check failed: ${describeCause(thrown)}.`,
        'Fix the cause named in the message, then run the check again.',
      );
