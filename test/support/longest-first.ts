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

/** Share of the files of its project that precede a file: mixes files that wait with files that compute. */
function sharesOf(files: TestSpecification[]): Map<TestSpecification, number> {
  const seen = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { project } of files) counts.set(project.name, (counts.get(project.name) ?? 0) + 1);
  return new Map(
    files.map((file) => {
      const { name } = file.project;
      const at = seen.get(name) ?? 0;
      seen.set(name, at + 1);
      return [file, at / counts.get(name)!];
    }),
  );
}

/**
 * Runs the longest files of several workers first, so that no worker waits at the end for one of them, and mixes the
 * projects of a group.
 */
export class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const shares = sharesOf(files);
    const compare = (a: TestSpecification, b: TestSpecification): number =>
      groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b) || shares.get(a)! - shares.get(b)!;
    return Promise.resolve(files.toSorted(compare));
  }
}
