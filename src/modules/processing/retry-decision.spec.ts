import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/errors/app-error.js';
import type { RetryPolicy } from '../../platform/errors/error-definition.js';
import { PROCESSING_ERRORS } from './error-table.js';
import { DecoderCrashedError } from '../../platform/compression/image-errors.js';
import { decideRetry, getErrorCode } from './retry-decision.js';

const limits = { maxAttempts: 4, firstDelayMs: 2000 };
const withoutJitter = () => 0.5;
const createError = (retry: RetryPolicy, retryAfterMs?: number) =>
  new AppError(PROCESSING_ERRORS.processing_interrupted, {
    message: 'Processing failed.',
    retry,
    retryAfterMs,
  });

describe('decideRetry()', () => {
  it('decideRetry() returns failed for a permanent error', () => {
    expect(decideRetry(createError('never'), 1, limits)).toEqual({
      status: 'failed',
      errorCode: 'processing_interrupted',
      errorMessage: 'Processing failed.',
    });
  });

  it('decideRetry() multiplies the delay by five for each attempt, and returns failed after the last attempt', () => {
    const decisions = [1, 2, 3, 4].map((attempts) =>
      decideRetry(createError('later'), attempts, limits, withoutJitter),
    );
    expect(decisions.map((d) => d.status === 'retry' && d.delayMs)).toEqual([
      2000,
      10_000,
      50_000,
      false,
    ]);
  });

  it('decideRetry() adds or subtracts up to 20% jitter', () => {
    const delays = [0, 0.999].map((random) =>
      decideRetry(createError('later'), 1, limits, () => random),
    );
    expect(delays).toEqual([
      { status: 'retry', isCounted: true, delayMs: 1600 },
      { status: 'retry', isCounted: true, delayMs: expect.closeTo(2400, -1) },
    ]);
  });

  it('decideRetry() respects Retry-After up to 15 minutes', () => {
    expect(decideRetry(createError('later', 60_000), 1, limits)).toMatchObject({ delayMs: 60_000 });
    expect(decideRetry(createError('later', 86_400_000), 1, limits)).toMatchObject({
      delayMs: 900_000,
    });
  });

  it('decideRetry() always returns an uncounted retry for an uncounted error', () => {
    expect(decideRetry(createError('uncounted', 5000), 99, limits)).toEqual({
      status: 'retry',
      delayMs: 5000,
      isCounted: false,
    });
  });

  it.each(['ECONNREFUSED', '57P01', '40P01'])(
    'decideRetry() returns an uncounted retry for the PostgreSQL error %s',
    (code) => {
      const databaseError = Object.assign(new Error('driver message'), { code });
      expect(decideRetry(databaseError, 99, limits)).toMatchObject({
        status: 'retry',
        isCounted: false,
      });
    },
  );

  it('decideRetry() retries an image only once if it crashed a decoder', () => {
    const crashError = new DecoderCrashedError('SIGSEGV');
    expect(decideRetry(crashError, 1, limits)).toMatchObject({ status: 'retry' });
    expect(decideRetry(crashError, 2, limits)).toMatchObject({ errorCode: 'decoder_crashed' });
  });

  it('decideRetry() returns a retry for an unexpected error and hides its message', () => {
    const bug = new TypeError('x is not a function');
    expect(decideRetry(bug, 1, limits)).toMatchObject({ status: 'retry', isCounted: true });
    const decision = decideRetry(bug, 4, limits);
    expect(decision).toMatchObject({ errorCode: 'internal_error' });
    expect(JSON.stringify(decision)).not.toContain('not a function');
  });
});

describe('getErrorCode()', () => {
  it('getErrorCode() returns database_unavailable for a connection error, and internal_error for an unknown error', () => {
    const connectionError = Object.assign(new Error('connect ECONNREFUSED'), {
      code: 'ECONNREFUSED',
    });
    expect(getErrorCode(connectionError)).toBe('database_unavailable');
    expect(getErrorCode(new Error('a bug'))).toBe('internal_error');
  });
});
