import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseApiKeys } from './api-keys.js';
import { readEnv } from './env.js';

const KEY = 'correct-horse-battery';
const HASH = createHash('sha256').update(KEY).digest('hex');

describe('parseApiKeys()', () => {
  it('parseApiKeys() accepts both keys and hashes of keys', () => {
    const [plainKey, hashedKey] = parseApiKeys(`shop:${KEY}, desk:sha256:${HASH.toUpperCase()} ,`);
    expect(plainKey).toEqual({ name: 'shop', sha256: Buffer.from(HASH, 'hex') });
    expect(hashedKey).toEqual({ name: 'desk', sha256: Buffer.from(HASH, 'hex') });
  });

  it('parseApiKeys() returns no keys for an empty value', () => {
    expect(parseApiKeys('')).toEqual([]);
  });

  it.each([
    ['a key that is too short', 'shop:fifteen-letter', 'has 14 characters'],
    ['a key without a name', KEY, 'entry 1 does not begin with a name'],
    ['a name with a space', `my shop:${KEY}`, 'entry 1 does not begin with a name'],
    ['a truncated hash', `shop:sha256:${HASH.slice(1)}`, '64 hex digits'],
    ['a key with a non-ASCII character', `shop:${KEY}ä`, 'visible ASCII'],
  ])('readEnv() rejects API_KEYS with %s without quoting the key', (_description, text, reason) => {
    let message = '';
    try {
      readEnv({ API_KEYS: text });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(`API_KEYS: `);
    expect(message).toContain(reason);
    expect(message).not.toContain(text.split(':').at(-1));
  });
});
