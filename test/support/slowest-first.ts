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
  const index = SLOW_FILES.indexOf(basename(moduleId));
  return index < 0 ? SLOW_FILES.length : index;
};
const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

/**
 * Runs slow files first, because a slow file at the end would prolong the run. Keeps the files of a project together:
 * Vitest ends a worker when the next file belongs to another project, and a new worker imports everything again.
 */
export class SlowestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = [...new Set(files.map(({ project }) => project.name))];
    const projectRankOf = ({ project }: TestSpecification): number =>
      projects.indexOf(project.name);
    const compare = (a: TestSpecification, b: TestSpecification): number =>
      groupOf(a) - groupOf(b) || projectRankOf(a) - projectRankOf(b) || rankOf(a) - rankOf(b);
    return Promise.resolve(files.toSorted(compare));
  }
}
