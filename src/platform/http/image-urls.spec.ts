import { describe, expect, it } from 'vitest';
import { ServerSecret } from '../config/server-secret.js';
import { ImageUrls } from './image-urls.js';

const TTL_SECONDS = 3600;
const NAME = `${'ab'.repeat(32)}.jpg`;
const NOW = Date.UTC(2026, 0, 31, 9, 59, 59);
const urls = new ImageUrls(new ServerSecret(Buffer.alloc(32, 1)), TTL_SECONDS);

const signQueryAt = (now: number) =>
  Object.fromEntries(new URLSearchParams(urls.buildSignedQuery(NAME, urls.computeExpiry(now))));

describe('A signed image URL', () => {
  it('A signed image URL is valid for at least the configured time and less than twice as long', () => {
    const seconds = urls.verifyQuery(NAME, signQueryAt(NOW), NOW);
    expect(seconds).toBeGreaterThan(TTL_SECONDS);
    expect(seconds).toBeLessThanOrEqual(2 * TTL_SECONDS);
    expect(() =>
      urls.verifyQuery(NAME, signQueryAt(NOW), NOW + seconds * 1000 - 1000),
    ).not.toThrow();
    expect(() => urls.verifyQuery(NAME, signQueryAt(NOW), NOW + seconds * 1000)).toThrow(
      'has expired',
    );
  });

  it('A signed image URL stays the same for a while to keep caches valid', () => {
    expect(signQueryAt(NOW - 60_000)).toEqual(signQueryAt(NOW));
  });

  it.each([
    ['no signature', (query: Record<string, string>) => ({ expires: query.expires })],
    ['a later expiry', (query: Record<string, string>) => ({ ...query, expires: '99999999999' })],
    [
      'an expiry that is not a number',
      (query: Record<string, string>) => ({ ...query, expires: '1e99' }),
    ],
    [
      'a truncated signature',
      (query: Record<string, string>) => ({ ...query, signature: query.signature.slice(1) }),
    ],
    [
      'a signature that is an array',
      (query: Record<string, string>) => ({ ...query, signature: [query.signature] }),
    ],
  ])('A signed image URL with %s is rejected', (_description, tamper) => {
    expect(() => urls.verifyQuery(NAME, tamper(signQueryAt(NOW)), NOW)).toThrow(
      'is missing or invalid',
    );
  });

  it('A signed image URL is rejected for another image or by another server', () => {
    const otherName = `${'cd'.repeat(32)}.jpg`;
    expect(() => urls.verifyQuery(otherName, signQueryAt(NOW), NOW)).toThrow(
      'is missing or invalid',
    );
    const otherServer = new ImageUrls(new ServerSecret(Buffer.alloc(32, 2)), TTL_SECONDS);
    expect(() => otherServer.verifyQuery(NAME, signQueryAt(NOW), NOW)).toThrow(
      'is missing or invalid',
    );
  });
});
