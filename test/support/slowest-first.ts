import { basename } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Slow files, slowest first. Vitest knows durations only after a first run. */
const SLOW_FILES = [
  'appearance',
  'verify',
  'hostile-images',
  'interruptions',
  'redis-password',
  'journey',
  'connection',
  'readiness',
  'rate-limited-hosts',
  'fair-owners',
  's3-storage',
  'export-stream',
  'rolling-restart',
  's3-faults',
  'hostile-requests',
  'webhook-interrupted',
  'regular-expressions.integration',
  'npm-start',
  'stop',
  'backup',
  'crash',
  'keep-alive',
].map((name) => `${name}.spec.ts`);

const rankOf = ({ moduleId }: TestSpecification): number => {
  const at = SLOW_FILES.indexOf(basename(moduleId));
  return at < 0 ? SLOW_FILES.length : at;
};
const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

/** Returns the relative position of each file in its project. Mixes files that wait with files that compute. */
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

/** Runs slow files first, because a slow last file would delay the end of the run. Mixes the projects of a group. */
export class SlowestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const shares = sharesOf(files);
    const compare = (a: TestSpecification, b: TestSpecification): number =>
      groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b) || shares.get(a)! - shares.get(b)!;
    return Promise.resolve(files.toSorted(compare));
  }
}
