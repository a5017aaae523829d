import { isIP } from 'node:net';

/** Names of networks that Express supports. */
const NAMED = new Set(['loopback', 'linklocal', 'uniquelocal']);
const MAX_HOPS = 32;

/**
 * Converts `TRUST_PROXY` to the `trust proxy` setting of Express: a number of hops, or the
 * addresses of the proxies. Refuses `true`, which would trust the header of every client.
 * https://expressjs.com/en/guide/behind-proxies.html
 * @throws Error with a sentence that names the invalid entry
 */
export function parseTrustProxy(text: string): number | string[] {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) {
    if (Number(trimmed) > MAX_HOPS)
      throw new Error(`${trimmed} proxies are too many; the maximum is ${MAX_HOPS}`);
    return Number(trimmed);
  }
  const entries = trimmed.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map(checkEntry);
}

function checkEntry(entry: string): string {
  if (NAMED.has(entry)) return entry;
  const [, address, prefix] = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const version = address === undefined ? 0 : isIP(address);
  const longest = version === 4 ? 32 : 128;
  if (version === 0 || Number(prefix ?? longest) > longest || Number(prefix ?? longest) === 0) {
    throw new Error(
      `"${entry}" is neither a number of proxies nor an address, a network (10.0.0.0/8) or one of ${[...NAMED].join(', ')}`,
    );
  }
  return entry;
}
