import { describe, expect, it } from 'vitest';
import { HttpStatusError } from './http-status-error.js';

describe('HttpStatusError', () => {
  it.each([
    ...[
      202, 408, 420, 421, 425, 429, 430, 500, 502, 503, 504, 507, 508, 509, 520, 521, 522, 523, 524,
      525, 526, 527, 529, 530, 598, 599,
    ].map((status) => [status, 'later']),
    ...[204, 206, 304, 400, 401, 403, 404, 410, 418, 451, 501, 505, 511].map((status) => [
      status,
      'never',
    ]),
  ] as [number, string][])(
    'HttpStatusError with status %i has the retry policy "%s"',
    (status, retry) => {
      const error = new HttpStatusError('shop.example', status);
      expect(error).toMatchObject({ code: `http_${status}`, retry });
      expect(error.message).toMatch(new RegExp(`^shop.example returned ${status}: [a-z].+\\.$`));
    },
  );

  it.each([
    [429, undefined, true],
    [420, undefined, true],
    [430, undefined, true],
    [503, undefined, true],
    [509, undefined, true],
    [529, undefined, true],
    [403, '10', true],
    [403, undefined, false],
    [403, 'soon', false],
    [500, '10', false],
  ])(
    'HttpStatusError with status %i and Retry-After %j sets isRateLimit to %s',
    (status, retryAfter, isRateLimit) => {
      expect(new HttpStatusError('h', status, retryAfter).isRateLimit).toBe(isRateLimit);
    },
  );

  it('HttpStatusError with status 403 and Retry-After is retried after that time', () => {
    expect(new HttpStatusError('h', 403, '10')).toMatchObject({
      retry: 'later',
      retryAfterMs: 10_000,
      message: 'h returned 403: it is receiving too many requests. Retry later.',
    });
  });

  it('HttpStatusError mentions an expired URL as a possible cause of 410', () => {
    expect(new HttpStatusError('shop.example', 410).message).toMatch(
      /expired.*export the catalog/i,
    );
  });

  it('HttpStatusError respects Retry-After only for retried errors', () => {
    expect(new HttpStatusError('h', 429, '60').retryAfterMs).toBe(60_000);
    expect(new HttpStatusError('h', 404, '60').retryAfterMs).toBeUndefined();
  });
});
