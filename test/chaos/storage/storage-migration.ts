import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildChildEnvironment } from '../../../src/platform/config/child-environment.js';
import type { ArtifactStore } from '../../../src/platform/storage/artifact-store.js';
import type { TestObject } from './storage-objects.js';

const COMMAND = fileURLToPath(new URL('../../../dist/storage-migrate.js', import.meta.url));
/** Signals that end the first runs of the command at their first line of progress. */
const INTERRUPTIONS: (NodeJS.Signals | undefined)[] = ['SIGKILL', 'SIGTERM'];
const MAX_RUNS = 100;
const DONE = 0;

/** Result of all runs of `npm run storage:migrate` until one succeeded. */
export interface MigrationResult {
  runs: number;
  interrupted: number;
  problems: string[];
}

/**
 * Runs `storage:migrate` as an operator does: again after each failure and interruption. After each run,
 * every object must be in the folder or in the bucket.
 */
export async function migrateUntilDone(
  env: Record<string, string>,
  objects: readonly TestObject[],
  stores: readonly ArtifactStore[],
): Promise<MigrationResult> {
  const result: MigrationResult = { runs: 0, interrupted: 0, problems: [] };
  while (result.runs < MAX_RUNS) {
    const interruption = INTERRUPTIONS[result.runs];
    result.runs += 1;
    const { exitCode, wasInterrupted, errors } = await runMigration(env, interruption);
    if (wasInterrupted) result.interrupted += 1;
    const stored = new Set<string>();
    for (const store of stores) {
      for await (const found of store.list()) found.forEach(({ key }) => stored.add(key));
    }
    const lost = objects.filter(({ key }) => !stored.has(key)).length;
    if (lost > 0) result.problems.push(`${lost} objects are lost after run ${result.runs}`);
    if (exitCode === DONE) return result;
    if (!wasInterrupted && !errors.includes('Processing then resumes')) {
      result.problems.push(`run ${result.runs} failed: ${errors}`);
    }
  }
  result.problems.push(`${MAX_RUNS} runs did not move all objects`);
  return result;
}

async function runMigration(env: Record<string, string>, interruption?: NodeJS.Signals) {
  const child = spawn(process.execPath, [COMMAND], { env: buildChildEnvironment(env) });
  const end = endWithThisProcess(child);
  let errors = '';
  let wasInterrupted = false;
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', () => {
    if (interruption && child.exitCode === null) wasInterrupted ||= child.kill(interruption);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  process.removeListener('exit', end);
  return { exitCode, wasInterrupted, errors: errors.trim() };
}

function endWithThisProcess(child: ChildProcess): () => void {
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  return end;
}
