import { describe, expect, it } from 'vitest';
import { parseOutboundAllow } from './outbound-allow.js';

describe('parseOutboundAllow()', () => {
  it('parseOutboundAllow() returns no networks for an empty value', () => {
    expect(parseOutboundAllow('')).toEqual([]);
  });

  it('parseOutboundAllow() reads networks and ports, with optional brackets around IPv6 addresses', () => {
    expect(parseOutboundAllow('127.0.0.1/32:9001, [fd00::]/8:443,::1/128:80')).toEqual([
      { address: '127.0.0.1', prefix: 32, family: 'ipv4', port: 9001 },
      { address: 'fd00::', prefix: 8, family: 'ipv6', port: 443 },
      { address: '::1', prefix: 128, family: 'ipv6', port: 80 },
    ]);
  });

  it.each([
    '127.0.0.1:9001',
    '127.0.0.1/32',
    'localhost/32:80',
    '127.0.0.1/33:80',
    '::1/129:80',
    '127.0.0.1/8:0',
    '127.0.0.1/8:65536',
    '300.0.0.1/8:80',
    '0x7f.0.0.1/8:80',
    '127.0.0.1/-1:80',
  ])('parseOutboundAllow() rejects %j and quotes it in the error', (entry) => {
    expect(() => parseOutboundAllow(entry)).toThrow(entry);
  });
});
