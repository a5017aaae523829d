import type { Bench } from './bench.js';

/** Spellings of addresses that must not be contacted; `hostile-addresses.spec.ts` has all of them. */
const HOSTS = [
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '0.0.0.0',
  'localhost',
  '[::1]',
  '[::ffff:127.0.0.1]',
];

/** Error codes of such an image. A spelling that the machine does not resolve is not found. */
export const DENIED = ['address_denied', 'host_not_found'];

/** Returns the n-th forbidden URL. Every other one is behind a redirect. */
export function forbiddenUrl({ canary, origins }: Bench, n: number): string {
  const url = `http://${HOSTS[n % HOSTS.length]}:${canary.port}/${n}.jpg`;
  return n % 2 === 0 ? url : origins[0].redirectTo(url);
}
