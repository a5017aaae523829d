import type { Env } from '../../platform/config/env.js';
import { AppError } from '../../platform/errors/app-error.js';
import { openStorage } from '../../platform/storage/open-storage.js';
import { checkClock } from './clock.js';
import { type Finding, fromAppError, ok, describeCause, warning } from './finding.js';

const CALL_MS = 8000;
/** S3 rejects signatures that differ by more than 15 minutes. */
const CLOCK_LIMITS = { warning: 60, error: 900 };

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
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    yield fromAppError('s3.rights', thrown);
  }
}

/** Any response has a `Date`, even the rejection of an unsigned call. */
async function* checkS3Clock(endpoint: string): AsyncGenerator<Finding> {
  const beforeMs = Date.now();
  try {
    const signal = AbortSignal.timeout(CALL_MS);
    const { headers } = await fetch(endpoint, { method: 'HEAD', redirect: 'manual', signal });
    const afterMs = Date.now();
    const serverMs = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(serverMs)) return;
    const reading = { serverMs, beforeMs, afterMs, resolutionMs: 1000 };
    yield checkClock('s3.clock', 'the S3 server', reading, CLOCK_LIMITS);
  } catch (thrown) {
    const { cause = thrown } = thrown as Error;
    yield warning(
      's3.clock',
      `The clock of the S3 server is unknown: ${describeCause(cause)}.`,
      'Correct the connection first (S3_ENDPOINT, network, proxy).',
    );
  }
}
