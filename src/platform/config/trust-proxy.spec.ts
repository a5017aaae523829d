import { describe, expect, it } from 'vitest';
import { parseTrustProxy } from './trust-proxy.js';

describe('parseTrustProxy()', () => {
  it('parseTrustProxy() returns no proxies for an empty value and for 0', () => {
    expect(parseTrustProxy('')).toEqual([]);
    expect(parseTrustProxy('0')).toBe(0);
  });

  it('parseTrustProxy() accepts a number of hops, or a list of addresses, networks and network names', () => {
    expect(parseTrustProxy('2')).toBe(2);
    expect(parseTrustProxy('loopback, 10.0.0.0/8,fd00::/8,192.0.2.7')).toEqual([
      'loopback',
      '10.0.0.0/8',
      'fd00::/8',
      '192.0.2.7',
    ]);
  });

  it.each([
    'true',
    '-1',
    '33',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '::/0',
    '::/129',
    'proxy.example',
    '10.0',
  ])('parseTrustProxy() rejects %j and quotes it in the error', (entry) => {
    expect(() => parseTrustProxy(entry)).toThrow(entry);
  });
});
