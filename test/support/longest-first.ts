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

/** Runs the longest files of several workers first, so that no worker waits at the end for one of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.indexOf(basename(moduleId));
      return at < 0 ? LONGEST.length : at;
    };
    const order = (file: TestSpecification): number => file.project.config.sequence.groupOrder;
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => order(a) - order(b) || rank(a) - rank(b));
  }
}
