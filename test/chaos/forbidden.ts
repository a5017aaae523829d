import type { Bench } from './bench.js';

/** Ways to an address that nobody may be sent to; the hostile suite has all of them. */
const HOSTS = [
  '127.0.0.1',
  '2130706433',
  '0x7f.1',
  '0.0.0.0',
  'localhost',
  '[::1]',
  '[::ffff:127.0.0.1]',
];

/** What such an image ends with: it is never dialled, and a name may lead nowhere at all. */
export const DENIED = ['address_denied', 'host_not_found'];

/** The n-th forbidden URL: straight to the canary, and every other time by way of a redirect. */
export function forbiddenUrl({ canary, origins }: Bench, n: number): string {
  const url = `http://${HOSTS[n % HOSTS.length]}:${canary.port}/${n}.jpg`;
  return n % 2 === 0 ? url : origins[0].redirectTo(url);
}
