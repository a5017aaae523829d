import { isIP } from 'node:net';

/** One entry of `OUTBOUND_ALLOW`: a network and the one port on it that may be called. */
export interface AllowedNetwork {
  address: string;
  prefix: number;
  family: 'ipv4' | 'ipv6';
  port: number;
}

/**
 * Reads `127.0.0.1/32:9001,[fd00::]/8:443`. Each entry requires a port, which keeps Redis and
 * PostgreSQL on the same address unreachable.
 * @throws Error with a sentence that names the invalid entry
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
  if (prefix > (version === 4 ? 32 : 128)) throw new Error(`"${entry}" has too long a prefix`);
  if (port < 1 || port > 65_535) throw new Error(`"${entry}" has no port between 1 and 65535`);
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6', port };
}
