import { describe, expect, it } from 'vitest';
import { expiryOf, isExpiredUrl } from './url-expiry.js';

const END = Date.UTC(2025, 0, 1);
const seconds = END / 1000;
const hex = seconds.toString(16);
const policy = Buffer.from(
  JSON.stringify({
    Statement: [
      {
        Resource: 'https://shop.example/*',
        Condition: {
          DateGreaterThan: { 'AWS:EpochTime': seconds - 999 },
          DateLessThan: { 'AWS:EpochTime': seconds },
        },
      },
    ],
  }),
)
  .toString('base64')
  .replaceAll('+', '-')
  .replaceAll('=', '_')
  .replaceAll('/', '~');
const payload = Buffer.from(JSON.stringify({ iat: seconds - 60, exp: seconds })).toString(
  'base64url',
);

describe('expiryOf()', () => {
  it.each([
    ['Amazon S3', 'X-Amz-Date=20241231T234500Z&X-Amz-Expires=900'],
    ['Google Cloud', 'X-Goog-Date=20241231T234500Z&X-Goog-Expires=900'],
    ['Alibaba OSS', 'x-oss-date=20241231T234500Z&x-oss-expires=900'],
    ['CloudFront', `Expires=${seconds}&Signature=x&Key-Pair-Id=K`],
    ['CloudFront with a policy', `Policy=${policy}&Signature=x&Key-Pair-Id=K`],
    ['Azure', 'se=2025-01-01T00%3A00%3A00Z&sig=x'],
    ['Bunny', `token=HS256-x&expires=${seconds}`],
    ['Supabase', `token=e30.${payload}.x`],
    ['Akamai', `hdnts=st=${seconds - 60}~exp=${seconds}~acl=/*~hmac=x`],
    ['Tencent COS', `q-sign-time=${seconds - 60}%3B${seconds}&q-signature=x`],
    ['Facebook', `oh=00_x&oe=${hex.toUpperCase()}`],
    ['Discord', `ex=${hex}&is=${hex}&hm=x`],
  ])('expiryOf() reads the expiry of a URL of %s', (_service, query) => {
    const url = `https://cdn.example/a.jpg?v=1&${query}`;
    expect(expiryOf(new URL(url))).toBe(END);
    expect([isExpiredUrl(url, END), isExpiredUrl(url, END + 1)]).toEqual([false, true]);
  });

  it.each([
    '',
    'expires=1735689600',
    'Expires=soon&Signature=x',
    'token=abc',
    'token=e30.e30.x',
    'Policy=e30&Signature=x',
    'oe=67748580',
    'ex=large&hm=x',
    'se=never&sig=x',
  ])('expiryOf() returns undefined for the query "%s"', (query) => {
    const url = `https://cdn.example/a.jpg?${query}`;
    expect(expiryOf(new URL(url))).toBeUndefined();
    expect(isExpiredUrl(url)).toBe(false);
  });
});
