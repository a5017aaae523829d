import { beforeEach, describe, expect, it } from 'vitest';
import { HttpStatusError } from '../response/http-status-error.js';
import { RateLimiter } from './rate-limiter.js';
import { AdaptiveRate } from './adaptive-rate.js';

const HOST = 'shop.example';
const URL_A = 'https://shop.example/a.jpg';
const URL_B = 'https://shop.example/b.jpg';

let now: number;
let adaptiveRate: AdaptiveRate;
let limiter: RateLimiter;
beforeEach(() => {
  now = 1_000_000;
  adaptiveRate = new AdaptiveRate(now);
  limiter = new RateLimiter(HOST, adaptiveRate, () => now);
});

/** Runs one download as soon as the rate limit allows it. The host responds with this status. */
async function attemptDownload(url: string, status: number, retryAfter?: string): Promise<unknown> {
  now = Math.max(now, now + adaptiveRate.getDelayMs(now));
  const token = await limiter.acquireToken(undefined);
  return limiter
    .runLimited(url, token, () =>
      status === 200
        ? Promise.resolve('image')
        : Promise.reject(new HttpStatusError(HOST, status, retryAfter)),
    )
    .catch((error: unknown) => error);
}

describe('RateLimiter', () => {
  it('RateLimiter pauses the whole host and spreads the retries of its images', async () => {
    for (let i = 0; i < 20; i += 1) await attemptDownload(URL_A, 200);
    now += 500;
    const error = await attemptDownload(URL_A, 429, '10');
    expect(error).toMatchObject({ code: 'host_rate_limited', retry: 'uncounted' });

    const delays: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      await limiter.acquireToken(undefined).catch((error: { retryAfterMs: number }) => {
        delays.push(error.retryAfterMs);
      });
    }
    expect(delays).toHaveLength(5);
    expect(delays.every((delay) => delay >= 7000 && delay <= 11_000)).toBe(true);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  });

  it.each([
    [420, undefined],
    [430, undefined],
    [509, undefined],
    [529, undefined],
    [403, '10'],
  ])(
    'RateLimiter pauses the host after status %i with Retry-After %j',
    async (status, retryAfter) => {
      const error = await attemptDownload(URL_A, status, retryAfter);
      expect(error).toMatchObject({ code: 'host_rate_limited', retry: 'uncounted' });
      expect(adaptiveRate.failedPauseCount).toBe(1);
    },
  );

  it('RateLimiter does not pause the host after status 403 without Retry-After', async () => {
    expect(await attemptDownload(URL_A, 403)).toMatchObject({ code: 'http_403', retry: 'never' });
    expect(adaptiveRate.failedPauseCount).toBe(0);
  });

  it('RateLimiter counts attempts for a URL that the host rejects while it serves other URLs', async () => {
    const codes: unknown[] = [];
    for (let i = 0; i < 7; i += 1) {
      codes.push(((await attemptDownload(URL_A, 503)) as HttpStatusError).code);
      await attemptDownload(URL_B, 200);
    }
    expect(codes).toEqual([...Array<string>(5).fill('host_rate_limited'), 'http_503', 'http_503']);
  });

  it.each([
    [503, 5],
    [429, 10],
  ])(
    'RateLimiter counts attempts when a host still returns %i for every request after %i pauses',
    async (status, pauseCount) => {
      const retryPolicies: unknown[] = [];
      for (let i = 0; i <= pauseCount; i += 1) {
        retryPolicies.push(
          ((await attemptDownload(`${URL_A}?${i}`, status)) as HttpStatusError).retry,
        );
      }
      expect(retryPolicies).toEqual([...Array<string>(pauseCount).fill('uncounted'), 'later']);
    },
  );

  it('RateLimiter revokes tokens that were acquired before a pause', async () => {
    await attemptDownload(URL_A, 429, '1');
    await attemptDownload(URL_A, 200);
    now += adaptiveRate.getDelayMs(now);
    const token = await limiter.acquireToken(undefined);
    await attemptDownload(URL_A, 429, '1');
    now = adaptiveRate.pausedUntil;
    const send = () => Promise.resolve('image');
    await expect(limiter.runLimited(URL_B, token, send)).rejects.toMatchObject({
      code: 'host_rate_limited',
    });
  });

  it('RateLimiter keeps the pause after a late response to an earlier request', async () => {
    let reject!: (error: Error) => void;
    const lateResponse = new Promise<string>((_resolve, fail) => (reject = fail));
    const earlierDownload = limiter.runLimited(URL_A, undefined, () => lateResponse);
    now += 5;
    await attemptDownload(URL_B, 429);
    now += 50;
    reject(new HttpStatusError(HOST, 404));
    await expect(earlierDownload).rejects.toMatchObject({ code: 'http_404' });
    expect(adaptiveRate.failedPauseCount).toBe(1);
  });

  it('RateLimiter ends the pause after a response that is not a rate limit', async () => {
    await attemptDownload(URL_A, 429);
    expect(await attemptDownload(URL_A, 404)).toMatchObject({ code: 'http_404' });
    expect(adaptiveRate.failedPauseCount).toBe(0);
  });
});
