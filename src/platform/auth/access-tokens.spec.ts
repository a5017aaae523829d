import { describe, expect, it } from 'vitest';
import { ServerSecret } from '../config/server-secret.js';
import { readEnv } from '../config/env.js';
import { AccessTokens, TOKEN_SECONDS } from './access-tokens.js';
import { ApiKeyRing } from './api-key-ring.js';

const REQUEST = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
const OTHER = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e40';
const NOW = Date.UTC(2026, 0, 31);

const tokensFor = (keys: string, secret = 'secret', IMAGE_URL_TTL = 0) =>
  new AccessTokens(
    new ServerSecret(Buffer.from(secret)),
    new ApiKeyRing(readEnv({ API_KEYS: keys })),
    { IMAGE_URL_TTL },
  );

const SHOP = 'shop.eu:correct-horse-battery';

describe('AccessTokens', () => {
  const tokens = tokensFor(SHOP);
  const { token, expiresAt } = tokens.issue('shop.eu', REQUEST, NOW);

  it('AccessTokens accepts a token for its request until it expires', () => {
    expect(expiresAt.getTime()).toBe(NOW + TOKEN_SECONDS * 1000);
    expect(tokens.verify(token, REQUEST.toUpperCase(), 'request', NOW)).toBe('shop.eu');
    expect(tokens.verify(token, REQUEST, 'request', expiresAt.getTime())).toBe('shop.eu');
  });

  it.each([
    ['another request', () => tokens.verify(token, OTHER, 'request', NOW)],
    [
      'a time after its end',
      () => tokens.verify(token, REQUEST, 'request', expiresAt.getTime() + 1),
    ],
    [
      'a server with another secret',
      () => tokensFor(SHOP, 'other').verify(token, REQUEST, 'request', NOW),
    ],
    [
      'a key that was withdrawn',
      () => tokensFor('desk:correct-horse-battery').verify(token, REQUEST, 'request', NOW),
    ],
    ['a later end', () => tokens.verify(`9${token.slice(1)}`, REQUEST, 'request', NOW)],
    ['a signature cut off', () => tokens.verify(token.slice(0, -1), REQUEST, 'request', NOW)],
    ['another text', () => tokens.verify('x', REQUEST, 'request', NOW)],
  ])('AccessTokens rejects a token for %s', (_what, use) => {
    expect(use).toThrow('has expired or belongs to another request');
  });
});

describe('AccessTokens of a report', () => {
  const YEAR_MS = 365 * 24 * 3600 * 1000;
  const tokens = tokensFor(SHOP);
  const { token, expiresAt } = tokens.issueForReport('shop.eu', REQUEST, NOW);

  it('AccessTokens accepts a report token without an expiry, but only for the report', () => {
    expect(expiresAt).toBeNull();
    expect(tokens.verify(token, REQUEST, 'report', NOW + YEAR_MS)).toBe('shop.eu');
    expect(() => tokens.verify(token, REQUEST, 'request', NOW)).toThrow(/token/i);
    expect(() => tokens.verify(token, OTHER, 'report', NOW)).toThrow(/token/i);
  });

  it('AccessTokens accepts a report token for IMAGE_URL_TTL seconds, like the URL of an image', () => {
    const limited = tokensFor(SHOP, 'secret', 60);
    const issued = limited.issueForReport('shop.eu', REQUEST, NOW);
    expect(issued.expiresAt?.getTime()).toBe(NOW + 60_000);
    expect(limited.verify(issued.token, REQUEST, 'report', NOW + 60_000)).toBe('shop.eu');
    expect(() => limited.verify(issued.token, REQUEST, 'report', NOW + 60_001)).toThrow(/token/i);
  });

  it('AccessTokens rejects a report token after its expiry or its key was removed', () => {
    const issued = tokensFor(SHOP, 'secret', 60).issueForReport('shop.eu', REQUEST, NOW);
    const forged = issued.token.replace(/^[0-9]+/, '0');
    expect(() => tokens.verify(forged, REQUEST, 'report', NOW)).toThrow(/token/i);
    const removed = tokensFor('other:correct-horse-battery');
    expect(() => removed.verify(token, REQUEST, 'report', NOW)).toThrow(/token/i);
  });

  it('AccessTokens rejects any other token without an expiry', () => {
    const { token: short } = tokens.issue('shop.eu', REQUEST, NOW);
    expect(() => tokens.verify(short, REQUEST, 'report', NOW + YEAR_MS)).toThrow(/token/i);
  });
});
