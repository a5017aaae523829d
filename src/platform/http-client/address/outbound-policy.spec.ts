import { describe, expect, it } from 'vitest';
import { OutboundPolicy } from './outbound-policy.js';

const policy = OutboundPolicy.fromText('127.0.0.1/32:9001,10.1.0.0/16:80,[fd00::]/8:443');

describe('OutboundPolicy', () => {
  it.each([
    ['8.8.8.8', 22, true],
    ['127.0.0.1', 9001, true],
    ['127.0.0.1', 6379, false],
    ['127.0.0.2', 9001, false],
    ['10.1.255.1', 80, true],
    ['10.2.0.1', 80, false],
    ['fd00::1', 443, true],
    ['fd00::1', 80, false],
    ['fd00::1%lo', 443, false],
    ['::ffff:127.0.0.1', 9001, false],
    ['::7f00:1', 9001, false],
    ['localhost', 9001, false],
  ])(
    'OutboundPolicy.isPermitted() for the address %s and port %i returns %s',
    (address, port, expected) => {
      expect(policy.isPermitted(address, port)).toBe(expected);
    },
  );
});
