/**
 * `npm run storage:migrate`, `node dist/storage-migrate.js`: moves the compressed images from
 * `DATA_DIR` to the bucket. Needs only the storage settings, not a database.
 */
import 'reflect-metadata';
import { AppError } from './platform/errors/app-error.js';
import { type Env, InvalidEnvironmentError, readEnv } from './platform/config/env.js';
import { listSecrets } from './platform/config/secrets.js';
import { createPlainTextScrubber } from './platform/logging/scrub.js';
import { DiskArtifactStore } from './platform/storage/disk-artifact-store.js';
import { BucketMigration } from './platform/storage/bucket-migration.js';
import { S3ArtifactStore } from './platform/storage/s3/s3-artifact-store.js';

const USAGE = `Usage: npm run storage:migrate
       node dist/storage-migrate.js

Moves the compressed images from DATA_DIR/artifacts to the bucket that the S3_ settings name.
First restart all processes with STORAGE=s3. They read images that have not been moved yet from disk.
The command can be interrupted and run again.

Exit codes: 0, all images are in the bucket; 1, interrupted, or files remain; 2, failed.
`;

const EXIT_DONE = 0;
const EXIT_INCOMPLETE = 1;
const EXIT_FAILED = 2;
/** Time between two progress lines. */
const REPORT_INTERVAL_MS = 2000;

const writeLine = (line: string) => void process.stdout.write(`${line}\n`);

async function main(env: Env): Promise<number> {
  if (env.STORAGE !== 's3') {
    throw new InvalidEnvironmentError(
      'STORAGE: must be s3. Set it for all processes, restart them, and run this command again.',
    );
  }
  const disk = new DiskArtifactStore(env);
  if (!(await disk.exists())) {
    writeLine('DATA_DIR contains no image folder: nothing to move.');
    return EXIT_DONE;
  }
  const bucket = new S3ArtifactStore(env);
  await bucket.probe();
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  process.once('SIGTERM', () => interruption.abort());
  const migration = new BucketMigration(disk, bucket);
  const otherFiles = await moveWithProgress(migration, interruption.signal);
  const { movedCount, movedBytes, alreadyStoredCount } = migration.progress;
  writeLine(
    `Moved ${movedCount} images (${Math.round(movedBytes / 1e6)} MB); ${alreadyStoredCount} were already in the bucket.`,
  );
  if (interruption.signal.aborted) {
    writeLine('Interrupted. Run the command again to move the remaining images.');
    return EXIT_INCOMPLETE;
  }
  if (otherFiles.length === 0) return EXIT_DONE;
  writeLine(
    `DATA_DIR/artifacts contains other files, which were kept: ${otherFiles.slice(0, 10).join(', ')}`,
  );
  return EXIT_INCOMPLETE;
}

async function moveWithProgress(
  migration: BucketMigration,
  signal: AbortSignal,
): Promise<string[]> {
  const steps = migration.moveFiles(signal);
  let nextReportAt = Date.now() + REPORT_INTERVAL_MS;
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    if (Date.now() < nextReportAt) continue;
    nextReportAt = Date.now() + REPORT_INTERVAL_MS;
    writeLine(
      `${step.value.movedCount} images moved (${Math.round(step.value.movedBytes / 1e6)} MB)`,
    );
  }
}

if (process.argv.length > 2) {
  process.stdout.write(USAGE);
  process.exit(process.argv[2] === '--help' ? EXIT_DONE : EXIT_FAILED);
}
let scrub = createPlainTextScrubber([]);
try {
  const env = readEnv();
  scrub = createPlainTextScrubber(listSecrets(env));
  process.exitCode = await main(env);
} catch (error) {
  const isKnown = error instanceof AppError || error instanceof InvalidEnvironmentError;
  const { message, stack } = error as Error;
  process.stderr.write(scrub(`${isKnown ? message : stack}\n`));
  process.exitCode = EXIT_FAILED;
}
