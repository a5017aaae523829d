import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './public-address.js';

describe('isPublicAddress()', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '64:ff9b::8.8.8.8',
    '64:ff9b::102:304',
  ])('isPublicAddress() returns true for %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ['0.0.0.0', 'this network'],
    ['0.1.2.3', 'this network'],
    ['10.255.0.1', 'private'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.127.255.255', 'carrier-grade NAT'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['169.254.169.254', 'cloud metadata'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.8', 'IETF'],
    ['192.0.2.1', 'documentation'],
    ['192.31.196.1', 'AS112'],
    ['192.52.193.1', 'AMT'],
    ['192.88.99.1', '6to4 relay'],
    ['192.168.1.1', 'private'],
    ['192.175.48.1', 'AS112'],
    ['198.18.0.1', 'benchmark'],
    ['198.19.255.255', 'benchmark'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['168.63.129.16', 'Azure host'],
  ])('isPublicAddress() returns false for %s (%s)', (address) =>
    expect(isPublicAddress(address)).toBe(false),
  );

  it.each([
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '2620:4f:8001::1',
    '2001:4860::8888',
  ])('isPublicAddress() returns true for %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::7f00:1', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'IPv4-mapped'],
    ['::ffff:8.8.8.8', 'IPv4-mapped public address'],
    ['::ffff:0:127.0.0.1', 'IPv4-translated'],
    ['64:ff9b::7f00:1', 'NAT64 of loopback'],
    ['64:ff9b::10.0.0.1', 'NAT64 of a private network'],
    ['64:ff9b::169.254.169.254', 'NAT64 of a metadata service'],
    ['64:ff9b::198.18.0.1', 'NAT64 of a benchmark network'],
    ['64:ff9b:0:0:0:1:102:304', 'outside the NAT64 prefix'],
    ['64:ff9b:1::1', 'local NAT64'],
    ['100::1', 'discard'],
    ['2001::1', 'Teredo'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['2001:10::1', 'ORCHID'],
    ['2001:1ff::1', 'IETF'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', '6to4'],
    ['3fff::1', 'documentation'],
    ['2620:4f:8000::1', 'AS112'],
    ['2a00:1450::5efe:7f00:1', 'ISATAP'],
    ['2a00:1450::200:5efe:127.0.0.1', 'ISATAP'],
    ['2a00:1450:1:2:0:5EFE:10.0.0.1', 'ISATAP'],
    ['fc00::1', 'unique local'],
    ['fd12:3456::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'zone ID'],
    ['2606:4700::1%1', 'zone ID'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'unassigned'],
  ])('isPublicAddress() returns false for %s (%s)', (address) =>
    expect(isPublicAddress(address)).toBe(false),
  );

  it.each(['', 'localhost', 'example.com', '[::1]', '0x7f.1', '127.1', '2130706433', ' 8.8.8.8'])(
    'isPublicAddress() returns false for %j, which is not a canonical address',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );
});
