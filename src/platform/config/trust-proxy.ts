import { isIP } from 'node:net';

/** Names of networks that Express supports. */
const NETWORK_NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);
const MAX_HOPS = 32;

/**
 * Converts `TRUST_PROXY` to the `trust proxy` setting of Express: a number of hops, or the
 * addresses of the proxies. Rejects `true`, which would trust the header of every client.
 * https://expressjs.com/en/guide/behind-proxies.html
 * @throws Error that names the invalid entry
 */
export function parseTrustProxy(text: string): number | string[] {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) {
    if (Number(trimmed) > MAX_HOPS)
      throw new Error(`${trimmed} is more than the maximum of ${MAX_HOPS} proxies`);
    return Number(trimmed);
  }
  const entries = trimmed.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map(validateEntry);
}

function validateEntry(entry: string): string {
  if (NETWORK_NAMES.has(entry)) return entry;
  const [, address, prefix] = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const version = address === undefined ? 0 : isIP(address);
  const maxPrefix = version === 4 ? 32 : 128;
  const prefixLength = Number(prefix ?? maxPrefix);
  if (version === 0 || prefixLength > maxPrefix || prefixLength === 0) {
    throw new Error(
      `"${entry}" is not a number of proxies, an address, a network (10.0.0.0/8) or one of ${[...NETWORK_NAMES].join(', ')}`,
    );
  }
  return entry;
}
