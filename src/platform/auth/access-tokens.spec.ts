import { describe, expect, it } from 'vitest';
import { ServerSecret } from '../config/server-secret.js';
import { readEnv } from '../config/env.js';
import { AccessTokens, TOKEN_SECONDS } from './access-tokens.js';
import { ApiKeyRing } from './api-key-ring.js';

const REQUEST = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
const OTHER = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e40';
const NOW = Date.UTC(2026, 0, 31);

const tokensFor = (keys: string, secret = 'secret') =>
  new AccessTokens(
    new ServerSecret(Buffer.from(secret)),
    new ApiKeyRing(readEnv({ API_KEYS: keys })),
  );

const SHOP = 'shop.eu:correct-horse-battery';

describe('AccessTokens', () => {
  const tokens = tokensFor(SHOP);
  const { token, expiresAt } = tokens.issue('shop.eu', REQUEST, NOW);

  it('AccessTokens accepts a token for its request until it expires', () => {
    expect(expiresAt.getTime()).toBe(NOW + TOKEN_SECONDS * 1000);
    expect(tokens.nameIn(token, REQUEST.toUpperCase(), NOW)).toBe('shop.eu');
    expect(tokens.nameIn(token, REQUEST, expiresAt.getTime())).toBe('shop.eu');
  });

  it.each([
    ['another request', () => tokens.nameIn(token, OTHER, NOW)],
    ['a time after its end', () => tokens.nameIn(token, REQUEST, expiresAt.getTime() + 1)],
    ['a server with another secret', () => tokensFor(SHOP, 'other').nameIn(token, REQUEST, NOW)],
    [
      'a key that was withdrawn',
      () => tokensFor('desk:correct-horse-battery').nameIn(token, REQUEST, NOW),
    ],
    ['a later end', () => tokens.nameIn(`9${token.slice(1)}`, REQUEST, NOW)],
    ['a signature cut off', () => tokens.nameIn(token.slice(0, -1), REQUEST, NOW)],
    ['another text', () => tokens.nameIn('x', REQUEST, NOW)],
  ])('AccessTokens rejects a token for %s', (_what, use) => {
    expect(use).toThrow('has expired or belongs to another request');
  });
});
