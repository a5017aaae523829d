import { describe, expect, it } from 'vitest';
import { AdaptiveRate } from './adaptive-rate.js';

/**
 * A simulated host. Returns undefined for an accepted request, and `Retry-After` in milliseconds for a
 * rejected one (0 without it).
 */
type Host = (now: number) => number | undefined;

const createSlidingWindow = (limit: number, windowMs: number, sendsRetryAfter: boolean): Host => {
  let acceptedTimes: number[] = [];
  return (now) => {
    acceptedTimes = acceptedTimes.filter((time) => now - time < windowMs);
    if (acceptedTimes.length >= limit) return sendsRetryAfter ? windowMs : 0;
    acceptedTimes.push(now);
    return undefined;
  };
};
const createFixedWindow = (limit: number, windowMs: number, sendsRetryAfter: boolean): Host => {
  let [window, acceptedCount] = [-1, 0];
  return (now) => {
    if (Math.floor(now / windowMs) !== window)
      [window, acceptedCount] = [Math.floor(now / windowMs), 0];
    if (acceptedCount >= limit) return sendsRetryAfter ? (window + 1) * windowMs - now : 0;
    acceptedCount += 1;
    return undefined;
  };
};
const createTokenBucket = (perSecond: number, burst: number, sendsRetryAfter: boolean): Host => {
  let [tokens, refilledAt] = [burst, 0];
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - refilledAt) * perSecond) / 1000);
    refilledAt = now;
    if (tokens < 1) return sendsRetryAfter ? 1000 : 0;
    tokens -= 1;
    return undefined;
  };
};

/**
 * Simulates eight concurrent downloads until `imageCount` have succeeded. An accepted request takes 50 ms,
 * a rejected one 5 ms.
 * @param busyMs time after the first rejection in which Pressroom sends nothing, as on an overloaded machine
 */
function simulate(host: Host, imageCount: number, busyMs = 0) {
  const adaptiveRate = new AdaptiveRate(0);
  let inFlight: { sentAt: number; respondedAt: number; retryAfterMs: number | undefined }[] = [];
  let [now, succeededCount, rejectedCount, busyUntil] = [0, 0, 0, 0];
  for (; succeededCount < imageCount && now < 3_600_000; now += 1) {
    const responses = inFlight.filter(({ respondedAt }) => respondedAt <= now);
    inFlight = inFlight.filter(({ respondedAt }) => respondedAt > now);
    for (const { sentAt, retryAfterMs } of responses) {
      if (retryAfterMs === undefined) {
        succeededCount += 1;
        adaptiveRate.recordSuccess(sentAt, now);
      } else {
        if (rejectedCount === 0) busyUntil = now + busyMs;
        rejectedCount += 1;
        adaptiveRate.recordLimit({ retryAfterMs, sentAt }, now);
      }
    }
    if (now < busyUntil) continue;
    while (
      inFlight.length < Math.min(8, imageCount - succeededCount) &&
      adaptiveRate.getDelayMs(now) === 0
    ) {
      adaptiveRate.takeToken(now);
      const retryAfterMs = host(now);
      inFlight.push({
        sentAt: now,
        respondedAt: now + (retryAfterMs === undefined ? 50 : 5),
        retryAfterMs,
      });
    }
  }
  return { succeededCount, rejectedCount, seconds: now / 1000 };
}

describe('AdaptiveRate', () => {
  it.each<[string, Host, number, number]>([
    [
      '20 requests in any 10 s and sends Retry-After',
      createSlidingWindow(20, 10_000, true),
      150,
      85,
    ],
    [
      '20 requests in any 10 s and sends no Retry-After',
      createSlidingWindow(20, 10_000, false),
      150,
      150,
    ],
    [
      '20 requests in each 10 s and sends Retry-After',
      createFixedWindow(20, 10_000, true),
      150,
      85,
    ],
    [
      '20 requests in each 10 s and sends no Retry-After',
      createFixedWindow(20, 10_000, false),
      150,
      150,
    ],
    [
      '20 requests in any 1.5 s and sends Retry-After',
      createSlidingWindow(20, 1500, true),
      150,
      40,
    ],
    [
      '20 requests in any 1.5 s and sends no Retry-After',
      createSlidingWindow(20, 1500, false),
      150,
      40,
    ],
    ['60 requests a minute and sends Retry-After', createFixedWindow(60, 60_000, true), 300, 330],
    [
      '60 requests a minute and sends no Retry-After',
      createFixedWindow(60, 60_000, false),
      300,
      600,
    ],
    [
      '2 requests a second with bursts of 10 and sends Retry-After',
      createTokenBucket(2, 10, true),
      300,
      200,
    ],
    [
      '2 requests a second with bursts of 10 and sends no Retry-After',
      createTokenBucket(2, 10, false),
      300,
      300,
    ],
    ['20 requests a second with bursts of 40', createTokenBucket(20, 40, false), 2000, 200],
  ])(
    'AdaptiveRate completes all downloads, with few rejections, from a host that accepts %s',
    (_description, host, imageCount, maxSeconds) => {
      const { succeededCount, rejectedCount, seconds } = simulate(host, imageCount);
      expect(succeededCount).toBe(imageCount);
      expect(rejectedCount / imageCount).toBeLessThanOrEqual(0.1);
      expect(seconds).toBeLessThanOrEqual(maxSeconds);
    },
  );

  it('AdaptiveRate recovers the rate of a host after a late first probe', () => {
    const { rejectedCount, seconds } = simulate(createSlidingWindow(20, 4000, false), 600, 60_000);
    expect(rejectedCount / 600).toBeLessThanOrEqual(0.1);
    // 180 s is ideal. It took 802 s when the late probe was mistaken for the limit of the host.
    expect(seconds).toBeLessThanOrEqual(400);
  });

  it('AdaptiveRate sends at most 12 probes in 5 minutes to a host that rejects all requests', () => {
    const adaptiveRate = new AdaptiveRate(0);
    let sentCount = 0;
    for (let now = 0; now < 300_000; now += 1) {
      if (adaptiveRate.getDelayMs(now) > 0) continue;
      adaptiveRate.takeToken(now);
      adaptiveRate.recordLimit({ retryAfterMs: undefined, sentAt: now }, now);
      sentCount += 1;
    }
    expect(sentCount).toBeLessThanOrEqual(12);
  });

  it('AdaptiveRate keeps the pause after late responses to earlier requests', () => {
    const adaptiveRate = new AdaptiveRate(0);
    for (let i = 0; i < 20; i += 1) adaptiveRate.recordSuccess(i, i + 50);
    adaptiveRate.recordLimit({ retryAfterMs: undefined, sentAt: 80 }, 85);
    const { rate } = adaptiveRate;
    adaptiveRate.recordSuccess(70, 120);
    expect(adaptiveRate).toMatchObject({ rate, failedPauseCount: 1, pausedUntil: 1085 });

    adaptiveRate.recordLimit({ retryAfterMs: undefined, sentAt: 1085 }, 1090);
    expect(adaptiveRate).toMatchObject({ rate, failedPauseCount: 2, pausedUntil: 3090 });
    adaptiveRate.recordSuccess(3090, 3140);
    expect(adaptiveRate.failedPauseCount).toBe(0);
  });

  it('AdaptiveRate raises the rate in large steps while it is far below the rejected rate', () => {
    const adaptiveRate = new AdaptiveRate(0);
    adaptiveRate.recordSuccess(0, 1000);
    adaptiveRate.recordLimit({ retryAfterMs: 1000, sentAt: 1000 }, 1000);
    adaptiveRate.recordSuccess(60_000, 60_000);
    const lowRate = adaptiveRate.rate!;
    adaptiveRate.recordSuccess(70_001, 70_001);
    expect(adaptiveRate.rate! / lowRate).toBeCloseTo(1.25);
  });

  it('AdaptiveRate counts simultaneous rejections as one', () => {
    const adaptiveRate = new AdaptiveRate(0);
    for (let i = 0; i < 20; i += 1) adaptiveRate.recordSuccess(i * 25, i * 25);
    for (let i = 0; i < 8; i += 1)
      adaptiveRate.recordLimit({ retryAfterMs: 10_000, sentAt: 480 + i }, 500 + i);
    expect(adaptiveRate.failedPauseCount).toBe(1);
    expect(adaptiveRate.rate! * 60_000).toBeCloseTo((20 / 10.5) * 60 * 0.95, 0);
    expect(adaptiveRate.pausedUntil).toBe(10_507);
  });
});
