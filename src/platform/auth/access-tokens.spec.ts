import { describe, expect, it } from 'vitest';
import { ServerSecret } from '../config/server-secret.js';
import { readEnv } from '../config/env.js';
import { AccessTokens, TOKEN_SECONDS } from './access-tokens.js';
import { ApiKeyRing } from './api-key-ring.js';

const REQUEST_ID = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
const OTHER_REQUEST_ID = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e40';
const NOW = Date.UTC(2026, 0, 31);

const createTokens = (keys: string, secret = 'secret', IMAGE_URL_TTL = 0) =>
  new AccessTokens(
    new ServerSecret(Buffer.from(secret)),
    new ApiKeyRing(readEnv({ API_KEYS: keys })),
    { IMAGE_URL_TTL },
  );

const SHOP_KEY = 'shop.eu:correct-horse-battery';

describe('AccessTokens', () => {
  const tokens = createTokens(SHOP_KEY);
  const { token, expiresAt } = tokens.issueToken('shop.eu', REQUEST_ID, NOW);

  it('AccessTokens accepts a token for its request until it expires', () => {
    expect(expiresAt.getTime()).toBe(NOW + TOKEN_SECONDS * 1000);
    expect(tokens.verifyToken(token, REQUEST_ID.toUpperCase(), 'request', NOW)).toBe('shop.eu');
    expect(tokens.verifyToken(token, REQUEST_ID, 'request', expiresAt.getTime())).toBe('shop.eu');
  });

  it.each([
    [
      'a token for another request',
      () => tokens.verifyToken(token, OTHER_REQUEST_ID, 'request', NOW),
    ],
    [
      'an expired token',
      () => tokens.verifyToken(token, REQUEST_ID, 'request', expiresAt.getTime() + 1),
    ],
    [
      'a token from a server with another secret',
      () => createTokens(SHOP_KEY, 'other').verifyToken(token, REQUEST_ID, 'request', NOW),
    ],
    [
      'a token for a removed key',
      () =>
        createTokens('desk:correct-horse-battery').verifyToken(token, REQUEST_ID, 'request', NOW),
    ],
    [
      'a token with a later expiry',
      () => tokens.verifyToken(`9${token.slice(1)}`, REQUEST_ID, 'request', NOW),
    ],
    [
      'a token with a truncated signature',
      () => tokens.verifyToken(token.slice(0, -1), REQUEST_ID, 'request', NOW),
    ],
    ['text that is not a token', () => tokens.verifyToken('x', REQUEST_ID, 'request', NOW)],
  ])('AccessTokens rejects %s', (_description, verify) => {
    expect(verify).toThrow('has expired or belongs to another request');
  });
});

describe('AccessTokens for reports', () => {
  const YEAR_MS = 365 * 24 * 3600 * 1000;
  const tokens = createTokens(SHOP_KEY);
  const { token, expiresAt } = tokens.issueReportToken('shop.eu', REQUEST_ID, NOW);

  it('AccessTokens accepts a report token without an expiry, but only for the report', () => {
    expect(expiresAt).toBeNull();
    expect(tokens.verifyToken(token, REQUEST_ID, 'report', NOW + YEAR_MS)).toBe('shop.eu');
    expect(() => tokens.verifyToken(token, REQUEST_ID, 'request', NOW)).toThrow(/token/i);
    expect(() => tokens.verifyToken(token, OTHER_REQUEST_ID, 'report', NOW)).toThrow(/token/i);
  });

  it('AccessTokens accepts a report token for IMAGE_URL_TTL seconds, like an image URL', () => {
    const limitedTokens = createTokens(SHOP_KEY, 'secret', 60);
    const limitedToken = limitedTokens.issueReportToken('shop.eu', REQUEST_ID, NOW);
    expect(limitedToken.expiresAt?.getTime()).toBe(NOW + 60_000);
    expect(limitedTokens.verifyToken(limitedToken.token, REQUEST_ID, 'report', NOW + 60_000)).toBe(
      'shop.eu',
    );
    expect(() =>
      limitedTokens.verifyToken(limitedToken.token, REQUEST_ID, 'report', NOW + 60_001),
    ).toThrow(/token/i);
  });

  it('AccessTokens rejects a report token whose expiry or key was removed', () => {
    const limitedToken = createTokens(SHOP_KEY, 'secret', 60).issueReportToken(
      'shop.eu',
      REQUEST_ID,
      NOW,
    );
    const forgedToken = limitedToken.token.replace(/^[0-9]+/, '0');
    expect(() => tokens.verifyToken(forgedToken, REQUEST_ID, 'report', NOW)).toThrow(/token/i);
    const tokensWithoutKey = createTokens('other:correct-horse-battery');
    expect(() => tokensWithoutKey.verifyToken(token, REQUEST_ID, 'report', NOW)).toThrow(/token/i);
  });

  it('AccessTokens rejects an expired request token for the report', () => {
    const { token: requestToken } = tokens.issueToken('shop.eu', REQUEST_ID, NOW);
    expect(() => tokens.verifyToken(requestToken, REQUEST_ID, 'report', NOW + YEAR_MS)).toThrow(
      /token/i,
    );
  });
});
