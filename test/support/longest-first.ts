import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longer than most, longest first. Vitest knows their durations only after a first run. */
const LONGEST = [
  'rate-limited-hosts',
  'hostile-requests',
  'stop',
  'regular-expressions.integration',
  'npm-start',
  'rolling-restart',
  'backup',
  'crash',
  'keep-alive',
  'verify',
  'webhook-interrupted',
  'redis-password',
].map((name) => `${name}.spec.ts`);

const rankOf = ({ moduleId }: TestSpecification): number => {
  const at = LONGEST.indexOf(basename(moduleId));
  return at < 0 ? LONGEST.length : at;
};
const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

/** Runs the longest files of several workers first, so that no worker waits at the end for one of them. */
export class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(
      files.toSorted((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b)),
    );
  }
}
