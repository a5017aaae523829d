import { describe, expect, it } from 'vitest';
import { RequestPace } from './request-pace.js';

/** Answers `Retry-After` in milliseconds for a request that is refused, 0 for none; undefined when it is taken. */
type Host = (now: number) => number | undefined;

const slidingWindow = (limit: number, windowMs: number, named: boolean): Host => {
  let taken: number[] = [];
  return (now) => {
    taken = taken.filter((at) => now - at < windowMs);
    if (taken.length >= limit) return named ? windowMs : 0;
    taken.push(now);
    return undefined;
  };
};
const fixedWindow = (limit: number, windowMs: number, named: boolean): Host => {
  let [window, taken] = [-1, 0];
  return (now) => {
    if (Math.floor(now / windowMs) !== window) [window, taken] = [Math.floor(now / windowMs), 0];
    if (taken >= limit) return named ? (window + 1) * windowMs - now : 0;
    taken += 1;
    return undefined;
  };
};
const tokenBucket = (perSecond: number, burst: number, named: boolean): Host => {
  let [tokens, at] = [burst, 0];
  return (now) => {
    tokens = Math.min(burst, tokens + ((now - at) * perSecond) / 1000);
    at = now;
    if (tokens < 1) return named ? 1000 : 0;
    tokens -= 1;
    return undefined;
  };
};

/**
 * Eight downloads at once until `images` have succeeded: 50 ms each, and 5 ms if the host refuses it.
 * @param busyMs for so long after the first refusal Pressroom sends nothing, as on an overloaded machine
 */
function simulate(host: Host, images: number, busyMs = 0) {
  const pace = new RequestPace(0);
  let inFlight: { sentAt: number; answeredAt: number; refused: number | undefined }[] = [];
  let [now, succeeded, vain, busyUntil] = [0, 0, 0, 0];
  for (; succeeded < images && now < 3_600_000; now += 1) {
    const answered = inFlight.filter(({ answeredAt }) => answeredAt <= now);
    inFlight = inFlight.filter(({ answeredAt }) => answeredAt > now);
    for (const { sentAt, refused } of answered) {
      if (refused === undefined) {
        succeeded += 1;
        pace.recordSuccess(sentAt, now);
      } else {
        if (vain === 0) busyUntil = now + busyMs;
        vain += 1;
        pace.recordLimit({ retryAfterMs: refused, sentAt }, now);
      }
    }
    if (now < busyUntil) continue;
    while (inFlight.length < Math.min(8, images - succeeded) && pace.delay(now) === 0) {
      pace.takeToken(now);
      const refused = host(now);
      inFlight.push({ sentAt: now, answeredAt: now + (refused === undefined ? 50 : 5), refused });
    }
  }
  return { succeeded, vain, seconds: now / 1000 };
}

describe('RequestPace', () => {
  it.each<[string, Host, number, number]>([
    ['20 in any 10 s, with Retry-After', slidingWindow(20, 10_000, true), 150, 85],
    ['20 in any 10 s, without', slidingWindow(20, 10_000, false), 150, 150],
    ['20 in each 10 s, with Retry-After', fixedWindow(20, 10_000, true), 150, 85],
    ['20 in each 10 s, without', fixedWindow(20, 10_000, false), 150, 150],
    ['20 in any 1.5 s, with Retry-After', slidingWindow(20, 1500, true), 150, 40],
    ['20 in any 1.5 s, without', slidingWindow(20, 1500, false), 150, 40],
    ['60 a minute, with Retry-After', fixedWindow(60, 60_000, true), 300, 330],
    ['60 a minute, without', fixedWindow(60, 60_000, false), 300, 600],
    ['2 a second with a burst of 10, with Retry-After', tokenBucket(2, 10, true), 300, 200],
    ['2 a second with a burst of 10, without', tokenBucket(2, 10, false), 300, 300],
    ['20 a second with a burst of 40', tokenBucket(20, 40, false), 2000, 200],
  ])(
    'RequestPace loses no image and wastes at most 10 % of requests to a host that accepts %s',
    (_what, host, images, maxSeconds) => {
      const { succeeded, vain, seconds } = simulate(host, images);
      expect(succeeded).toBe(images);
      expect(vain / images).toBeLessThanOrEqual(0.1);
      expect(seconds).toBeLessThanOrEqual(maxSeconds);
    },
  );

  it('RequestPace recovers the rate of a host after a late first probe', () => {
    const { vain, seconds } = simulate(slidingWindow(20, 4000, false), 600, 60_000);
    expect(vain / 600).toBeLessThanOrEqual(0.1);
    // 180 s at best; 802 s while the late probe was taken for the limit of the host.
    expect(seconds).toBeLessThanOrEqual(400);
  });

  it('RequestPace sends at most one probe a second while a host refuses everything', () => {
    const pace = new RequestPace(0);
    let sent = 0;
    for (let now = 0; now < 300_000; now += 1) {
      if (pace.delay(now) > 0) continue;
      pace.takeToken(now);
      pace.recordLimit({ retryAfterMs: undefined, sentAt: now }, now);
      sent += 1;
    }
    expect(sent).toBeLessThanOrEqual(12);
  });

  it('RequestPace keeps the pause after late responses to earlier requests', () => {
    const pace = new RequestPace(0);
    for (let i = 0; i < 20; i += 1) pace.recordSuccess(i, i + 50);
    pace.recordLimit({ retryAfterMs: undefined, sentAt: 80 }, 85);
    const { rate } = pace;
    pace.recordSuccess(70, 120);
    expect(pace).toMatchObject({ rate, failedPauses: 1, pausedUntil: 1085 });

    pace.recordLimit({ retryAfterMs: undefined, sentAt: 1085 }, 1090);
    expect(pace).toMatchObject({ rate, failedPauses: 2, pausedUntil: 3090 });
    pace.recordSuccess(3090, 3140);
    expect(pace.failedPauses).toBe(0);
  });

  it('RequestPace raises the rate at full speed while it is far below the rejected rate', () => {
    const pace = new RequestPace(0);
    pace.recordSuccess(0, 1000);
    pace.recordLimit({ retryAfterMs: 1000, sentAt: 1000 }, 1000);
    pace.recordSuccess(60_000, 60_000);
    const low = pace.rate!;
    pace.recordSuccess(70_001, 70_001);
    expect(pace.rate! / low).toBeCloseTo(1.25);
  });

  it('RequestPace counts simultaneous rejections as one', () => {
    const pace = new RequestPace(0);
    for (let i = 0; i < 20; i += 1) pace.recordSuccess(i * 25, i * 25);
    for (let i = 0; i < 8; i += 1)
      pace.recordLimit({ retryAfterMs: 10_000, sentAt: 480 + i }, 500 + i);
    expect(pace.failedPauses).toBe(1);
    expect(pace.rate! * 60_000).toBeCloseTo((20 / 10.5) * 60 * 0.95, 0);
    expect(pace.pausedUntil).toBe(10_507);
  });
});
