import type { Env } from '../../platform/config/env.js';
import { AppError } from '../../platform/errors/app-error.js';
import { openStorage } from '../../platform/storage/storage-drivers.js';
import { checkClock } from './clock.js';
import { type Finding, toFinding, ok, describeCause, warning } from './finding.js';

const CALL_TIMEOUT_MS = 8000;
/** Limits for the clock offset. S3 rejects signatures that are more than 15 minutes off. */
const CLOCK_LIMITS = { warningSeconds: 60, errorSeconds: 900 };

/** Checks the bucket with the operations that the app needs: list, put, get and delete. */
export async function* checkS3(env: Env): AsyncGenerator<Finding> {
  yield* checkS3Clock(env.S3_ENDPOINT ?? 'https://s3.amazonaws.com');
  const store = await openStorage(env);
  try {
    await store.probe();
    yield ok(
      's3.rights',
      `Objects in the bucket "${env.S3_BUCKET}" can be listed, written, read and deleted.`,
    );
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    yield toFinding('s3.rights', cause);
  }
}

/** Compares the clocks using the `Date` header, which S3 sends even if it rejects the unsigned call. */
async function* checkS3Clock(endpoint: string): AsyncGenerator<Finding> {
  const beforeMs = Date.now();
  try {
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const { headers } = await fetch(endpoint, { method: 'HEAD', redirect: 'manual', signal });
    const afterMs = Date.now();
    const serverMs = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(serverMs)) return;
    const reading = { serverMs, beforeMs, afterMs, resolutionMs: 1000 };
    yield checkClock('s3.clock', 'the S3 server', reading, CLOCK_LIMITS);
  } catch (fetchError) {
    const { cause = fetchError } = fetchError as Error;
    yield warning(
      's3.clock',
      `The clock of the S3 server is unknown: ${describeCause(cause)}.`,
      'Fix the connection first (S3_ENDPOINT, network, proxy).',
    );
  }
}
