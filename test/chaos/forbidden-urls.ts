import type { ChaosFixture } from './chaos-fixture.js';

/** Spellings of addresses that must not be contacted; `hostile-addresses.spec.ts` tests all of them. */
const HOSTS = [
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '0.0.0.0',
  'localhost',
  '[::1]',
  '[::ffff:127.0.0.1]',
];

/** Error codes of images at forbidden URLs. Hosts that cannot be resolved here fail with `host_not_found`. */
export const DENIED_ERROR_CODES = ['address_denied', 'host_not_found'];

/** Returns the n-th forbidden URL. Every other URL is behind a redirect. */
export function createForbiddenUrl({ canary, origins }: ChaosFixture, index: number): string {
  const url = `http://${HOSTS[index % HOSTS.length]}:${canary.port}/${index}.jpg`;
  return index % 2 === 0 ? url : origins[0].redirectTo(url);
}
