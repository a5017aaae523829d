import { isIP } from 'node:net';

/** One entry of `OUTBOUND_ALLOW`: a network and the port that Pressroom may call on it. */
export interface AllowedNetwork {
  address: string;
  prefix: number;
  family: 'ipv4' | 'ipv6';
  port: number;
}

/**
 * Parses a list such as `127.0.0.1/32:9001,[fd00::]/8:443`. Each entry requires a port, so Redis and
 * PostgreSQL on the same address stay unreachable.
 * @throws Error that names the invalid entry
 */
export function parseOutboundAllow(text: string): AllowedNetwork[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseEntry);
}

function parseEntry(entry: string): AllowedNetwork {
  const match = /^\[?([0-9A-Fa-f:.]+)\]?\/(\d{1,3}):(\d{1,5})$/.exec(entry);
  if (!match) throw new Error(`"${entry}" is not CIDR:port, e.g. 127.0.0.1/32:9001`);

  const [address, prefix, port] = [match[1], Number(match[2]), Number(match[3])];
  const version = isIP(address);
  if (version === 0) throw new Error(`"${entry}" does not begin with an IP address`);
  if (prefix > (version === 4 ? 32 : 128)) throw new Error(`the prefix of "${entry}" is too long`);
  if (port < 1 || port > 65_535)
    throw new Error(`the port of "${entry}" is not between 1 and 65535`);
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6', port };
}
