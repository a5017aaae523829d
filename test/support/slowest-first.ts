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

/**
 * Runs slow files first, because a slow last file would delay the end of the run. Keeps the files of a project together:
 * Vitest ends a worker when the next file is of another project, and a new worker imports everything again.
 */
export class SlowestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = [...new Set(files.map(({ project }) => project.name))];
    const placeOf = ({ project }: TestSpecification): number => projects.indexOf(project.name);
    const compare = (a: TestSpecification, b: TestSpecification): number =>
      groupOf(a) - groupOf(b) || placeOf(a) - placeOf(b) || rankOf(a) - rankOf(b);
    return Promise.resolve(files.toSorted(compare));
  }
}
