import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildChildEnvironment } from '../../../src/platform/config/child-environment.js';
import type { ArtifactStore } from '../../../src/platform/storage/artifact-store.js';
import type { TestObject } from './storage-objects.js';

const COMMAND_PATH = fileURLToPath(new URL('../../../dist/storage-migrate.js', import.meta.url));
/** Signals that interrupt the first runs of the command after their first progress line. */
const INTERRUPTIONS: (NodeJS.Signals | undefined)[] = ['SIGKILL', 'SIGTERM'];
const MAX_RUNS = 100;
const EXIT_OK = 0;

/** Result of all runs of `npm run storage:migrate`, up to the first successful run. */
export interface MigrationResult {
  runCount: number;
  interruptedRunCount: number;
  problems: string[];
}

/**
 * Runs `storage:migrate` as an operator does, and repeats it after each failure and interruption. After each run,
 * every object must be in the folder or in the bucket.
 */
export async function migrateUntilDone(
  env: Record<string, string>,
  objects: readonly TestObject[],
  stores: readonly ArtifactStore[],
): Promise<MigrationResult> {
  const result: MigrationResult = { runCount: 0, interruptedRunCount: 0, problems: [] };
  while (result.runCount < MAX_RUNS) {
    const interruption = INTERRUPTIONS[result.runCount];
    result.runCount += 1;
    const { exitCode, wasInterrupted, errors } = await runMigration(env, interruption);
    if (wasInterrupted) result.interruptedRunCount += 1;
    const storedKeys = new Set<string>();
    for (const store of stores) {
      for await (const page of store.list()) page.forEach(({ key }) => storedKeys.add(key));
    }
    const lostCount = objects.filter(({ key }) => !storedKeys.has(key)).length;
    if (lostCount > 0)
      result.problems.push(`${lostCount} objects are lost after run ${result.runCount}`);
    if (exitCode === EXIT_OK) return result;
    if (!wasInterrupted && !errors.includes('Processing then resumes')) {
      result.problems.push(`run ${result.runCount} failed: ${errors}`);
    }
  }
  result.problems.push(`${MAX_RUNS} runs did not move all objects`);
  return result;
}

async function runMigration(env: Record<string, string>, interruption?: NodeJS.Signals) {
  const child = spawn(process.execPath, [COMMAND_PATH], { env: buildChildEnvironment(env) });
  const kill = killOnExit(child);
  let errors = '';
  let wasInterrupted = false;
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', () => {
    if (interruption && child.exitCode === null) wasInterrupted ||= child.kill(interruption);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  process.removeListener('exit', kill);
  return { exitCode, wasInterrupted, errors: errors.trim() };
}

function killOnExit(child: ChildProcess): () => void {
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  return kill;
}
