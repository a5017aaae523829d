import { BlockList, isIP } from 'node:net';

/** IANA special-purpose registry (RFC 6890 and its successors), multicast, reserved, and the Azure host agent. */
const DENIED_V4 = [
  '0.0.0.0/8', // "this network", RFC 791
  '10.0.0.0/8', // private, RFC 1918
  '100.64.0.0/10', // carrier-grade NAT, RFC 6598
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, cloud metadata services
  '172.16.0.0/12', // private, RFC 1918
  '192.0.0.0/24', // IETF protocol assignments, RFC 6890
  '192.0.2.0/24', // documentation, RFC 5737
  '192.31.196.0/24', // AS112, RFC 7535
  '192.52.193.0/24', // AMT, RFC 7450
  '192.88.99.0/24', // 6to4 relays, RFC 7526
  '192.168.0.0/16', // private, RFC 1918
  '192.175.48.0/24', // AS112, RFC 7534
  '198.18.0.0/15', // benchmarks, RFC 2544
  '198.51.100.0/24', // documentation, RFC 5737
  '203.0.113.0/24', // documentation, RFC 5737
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved and broadcast
  '168.63.129.16/32', // Azure host agent, an internal service on a public address
];

/** Global unicast, RFC 4291. Mapped, compatible, unique-local and link-local addresses are outside this range. */
const ALLOWED_V6 = ['2000::/3'];

const DENIED_V6 = [
  '2001::/23', // IETF assignments: Teredo, ORCHID, benchmarks, RFC 2928
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4: contains an IPv4 address, RFC 3056
  '3fff::/20', // documentation, RFC 9637
  '2620:4f:8000::/48', // AS112, RFC 7534
];

const deniedV4 = createBlockList('ipv4', DENIED_V4);
const allowedV6 = createBlockList('ipv6', ALLOWED_V6);
const deniedV6 = createBlockList('ipv6', DENIED_V6);

/**
 * Returns true if a literal IP address belongs to the public internet. Returns false for any other text,
 * such as a name or an address with a zone ID or brackets.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false;
  switch (isIP(address)) {
    case 4:
      return !deniedV4.check(address, 'ipv4');
    case 6: {
      const embeddedV4 = findNat64Address(address);
      if (embeddedV4) return isPublicAddress(embeddedV4);
      return (
        allowedV6.check(address, 'ipv6') && !deniedV6.check(address, 'ipv6') && !isIsatap(address)
      );
    }
    default:
      return false;
  }
}

/**
 * Returns the IPv4 address to which a NAT64 gateway connects for `64:ff9b::/96` (RFC 6052). The local-use
 * prefix `64:ff9b:1::/48` stays denied, because a network may map it to anything.
 */
function findNat64Address(address: string): string | undefined {
  const groups = parseIpv6Groups(address);
  const isWellKnown = groups[0] === 0x64 && groups[1] === 0xff9b;
  if (!isWellKnown || groups.slice(2, 6).some((group) => group !== 0)) return undefined;
  return [groups[6] >> 8, groups[6] & 0xff, groups[7] >> 8, groups[7] & 0xff].join('.');
}

/**
 * Returns true for an ISATAP address. Its interface ID (`…:0000:5efe:a.b.c.d` or `…:0200:5efe:a.b.c.d`)
 * contains an IPv4 address (RFC 5214).
 */
function isIsatap(address: string): boolean {
  const groups = parseIpv6Groups(address);
  return groups[5] === 0x5efe && (groups[4] === 0 || groups[4] === 0x200);
}

/** Returns the eight 16-bit groups. WHATWG URL normalizes any form to hex with at most one `::`. */
function parseIpv6Groups(address: string): number[] {
  const canonicalAddress = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head, tail] = canonicalAddress
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  if (!tail) return head;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function createBlockList(family: 'ipv4' | 'ipv6', networks: string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address, prefix] = network.split('/') as [string, string];
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
