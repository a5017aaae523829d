import { lookup, type LookupAddress } from 'node:dns';
import { AddressDeniedError } from './outbound-errors.js';
import type { OutboundPolicy } from './outbound-policy.js';

/** All addresses of a name, as the system resolves it. Tests put their own in its place. */
export type Resolver = (hostname: string) => Promise<LookupAddress[]>;

export const systemResolver: Resolver = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true, order: 'verbatim' }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses);
    });
  });

/**
 * The answers that may be dialled: all of them or none. A name with one private address among
 * public ones is an attack or a mistake.
 * @throws AddressDeniedError
 */
export async function resolvePermitted(
  hostname: string,
  port: number,
  policy: OutboundPolicy,
  resolve: Resolver,
): Promise<LookupAddress[]> {
  const addresses = await resolve(hostname);
  if (addresses.length === 0) {
    throw Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
  }
  const denied = addresses.find(({ address }) => !policy.permits(address, port));
  if (denied) throw new AddressDeniedError(hostname, denied.address);
  return addresses;
}
