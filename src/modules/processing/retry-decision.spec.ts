import { describe, expect, it } from 'vitest';
import { AppError, type RetryPolicy } from '../../platform/errors/app-error.js';
import { DecoderCrashedError } from '../../platform/compression/image-errors.js';
import { decideRetry } from './retry-decision.js';

const limits = { attempts: 4, firstDelayMs: 2000 };
const half = () => 0.5;
const error = (retry: RetryPolicy, retryAfterMs?: number) =>
  new AppError({ code: 'some_code', message: 'Some words.', retry, retryAfterMs });

describe('decideRetry', () => {
  it('fails at once what will not get better', () => {
    expect(decideRetry(error('never'), 1, limits)).toEqual({
      retry: false,
      errorCode: 'some_code',
      errorMessage: 'Some words.',
    });
  });

  it('waits five times longer from try to try, then gives up', () => {
    const decisions = [1, 2, 3, 4].map((n) => decideRetry(error('later'), n, limits, half));
    expect(decisions.map((d) => d.retry && d.delayMs)).toEqual([2000, 10_000, 50_000, false]);
  });

  it('spreads tries by a fifth to either side', () => {
    const delays = [0, 0.999].map((r) => decideRetry(error('later'), 1, limits, () => r));
    expect(delays).toEqual([
      { retry: true, charged: true, delayMs: 1600 },
      { retry: true, charged: true, delayMs: expect.closeTo(2400, -1) },
    ]);
  });

  it('waits as long as the other side asks for, up to a quarter of an hour', () => {
    expect(decideRetry(error('later', 60_000), 1, limits)).toMatchObject({ delayMs: 60_000 });
    expect(decideRetry(error('later', 86_400_000), 1, limits)).toMatchObject({ delayMs: 900_000 });
  });

  it('never gives up because of a fault of ours, and does not count it', () => {
    expect(decideRetry(error('free', 5000), 99, limits)).toEqual({
      retry: true,
      delayMs: 5000,
      charged: false,
    });
  });

  it.each(['ECONNREFUSED', '57P01', '40P01'])(
    'takes %s of PostgreSQL for a fault of ours, wherever it shows',
    (code) => {
      const failed = Object.assign(new Error('the words of the driver'), { code });
      expect(decideRetry(failed, 99, limits)).toMatchObject({ retry: true, charged: false });
    },
  );

  it('gives an image that ends decoders one more try, not four', () => {
    const crash = new DecoderCrashedError('SIGSEGV');
    expect(decideRetry(crash, 1, limits)).toMatchObject({ retry: true });
    expect(decideRetry(crash, 2, limits)).toMatchObject({ errorCode: 'decoder_crashed' });
  });

  it('tries again what nobody foresaw, without showing its words', () => {
    const bug = new TypeError('x is not a function');
    expect(decideRetry(bug, 1, limits)).toMatchObject({ retry: true, charged: true });
    const end = decideRetry(bug, 4, limits);
    expect(end).toMatchObject({ errorCode: 'internal_error' });
    expect(JSON.stringify(end)).not.toContain('not a function');
  });
});
