/**
 * `npm run storage:migrate`, `node dist/storage-migrate.js`: moves the compressed images from
 * `DATA_DIR` to the bucket. Needs only the storage settings, and no database.
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
First restart all apps with STORAGE=s3: they read images that have not been moved yet from disk.
Can be interrupted and started again.

Exit codes: 0, all images are in the bucket; 1, interrupted, or files remain; 2, failed.
`;

const DONE = 0;
const LEFT = 1;
const FAILED = 2;
/** Time between two lines of progress, in milliseconds. */
const REPORT_MS = 2000;

const write = (line: string) => void process.stdout.write(`${line}\n`);

async function main(env: Env): Promise<number> {
  if (env.STORAGE !== 's3') {
    throw new InvalidEnvironmentError(
      'STORAGE: must be s3. Set it for all apps, restart them, and run this command again.',
    );
  }
  const disk = new DiskArtifactStore(env);
  if (!(await disk.exists())) {
    write('DATA_DIR contains no image folder: nothing to move.');
    return DONE;
  }
  const bucket = new S3ArtifactStore(env);
  await bucket.probe();
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const move = new BucketMigration(disk, bucket);
  const left = await report(move, interrupted.signal);
  const { movedCount, movedBytes, alreadyStoredCount } = move.progress;
  write(
    `Moved ${movedCount} images (${Math.round(movedBytes / 1e6)} MB); ${alreadyStoredCount} were in the bucket.`,
  );
  if (interrupted.signal.aborted) {
    write('Interrupted. Run the command again to move the rest.');
    return LEFT;
  }
  if (left.length === 0) return DONE;
  write(
    `DATA_DIR/artifacts contains other files, which were kept: ${left.slice(0, 10).join(', ')}`,
  );
  return LEFT;
}

async function report(move: BucketMigration, signal: AbortSignal): Promise<string[]> {
  const steps = move.moveFiles(signal);
  let next = Date.now() + REPORT_MS;
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    if (Date.now() < next) continue;
    next = Date.now() + REPORT_MS;
    write(`${step.value.movedCount} images moved (${Math.round(step.value.movedBytes / 1e6)} MB)`);
  }
}

if (process.argv.length > 2) {
  process.stdout.write(USAGE);
  process.exit(process.argv[2] === '--help' ? DONE : FAILED);
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
  process.exitCode = FAILED;
}
