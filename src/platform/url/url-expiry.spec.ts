import { describe, expect, it } from 'vitest';
import { getUrlExpiry, isExpiredUrl } from './url-expiry.js';

const EXPIRY_MS = Date.UTC(2025, 0, 1);
const EXPIRY_SECONDS = EXPIRY_MS / 1000;
const EXPIRY_HEX = EXPIRY_SECONDS.toString(16);
const POLICY = Buffer.from(
  JSON.stringify({
    Statement: [
      {
        Resource: 'https://shop.example/*',
        Condition: {
          DateGreaterThan: { 'AWS:EpochTime': EXPIRY_SECONDS - 999 },
          DateLessThan: { 'AWS:EpochTime': EXPIRY_SECONDS },
        },
      },
    ],
  }),
)
  .toString('base64')
  .replaceAll('+', '-')
  .replaceAll('=', '_')
  .replaceAll('/', '~');
const PAYLOAD = Buffer.from(
  JSON.stringify({ iat: EXPIRY_SECONDS - 60, exp: EXPIRY_SECONDS }),
).toString('base64url');

describe('getUrlExpiry()', () => {
  it.each([
    ['Amazon S3', 'X-Amz-Date=20241231T234500Z&X-Amz-Expires=900'],
    ['Google Cloud', 'X-Goog-Date=20241231T234500Z&X-Goog-Expires=900'],
    ['Alibaba OSS', 'x-oss-date=20241231T234500Z&x-oss-expires=900'],
    ['CloudFront', `Expires=${EXPIRY_SECONDS}&Signature=x&Key-Pair-Id=K`],
    ['CloudFront with a policy', `Policy=${POLICY}&Signature=x&Key-Pair-Id=K`],
    ['Azure', 'se=2025-01-01T00%3A00%3A00Z&sig=x'],
    ['Bunny', `token=HS256-x&expires=${EXPIRY_SECONDS}`],
    ['Supabase', `token=e30.${PAYLOAD}.x`],
    ['Akamai', `hdnts=st=${EXPIRY_SECONDS - 60}~exp=${EXPIRY_SECONDS}~acl=/*~hmac=x`],
    ['Tencent COS', `q-sign-time=${EXPIRY_SECONDS - 60}%3B${EXPIRY_SECONDS}&q-signature=x`],
    ['Facebook', `oh=00_x&oe=${EXPIRY_HEX.toUpperCase()}`],
    ['Discord', `ex=${EXPIRY_HEX}&is=${EXPIRY_HEX}&hm=x`],
  ])('getUrlExpiry() reads the expiry of a signed URL from %s', (_service, query) => {
    const url = `https://cdn.example/a.jpg?v=1&${query}`;
    expect(getUrlExpiry(new URL(url))).toBe(EXPIRY_MS);
    expect([isExpiredUrl(url, EXPIRY_MS), isExpiredUrl(url, EXPIRY_MS + 1)]).toEqual([false, true]);
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
  ])('getUrlExpiry() returns undefined for the query "%s"', (query) => {
    const url = `https://cdn.example/a.jpg?${query}`;
    expect(getUrlExpiry(new URL(url))).toBeUndefined();
    expect(isExpiredUrl(url)).toBe(false);
  });
});
