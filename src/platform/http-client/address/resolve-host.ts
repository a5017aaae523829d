import { lookup, type LookupAddress } from 'node:dns';
import { AddressDeniedError } from '../outbound-errors.js';
import type { OutboundPolicy } from './outbound-policy.js';

/** Resolves all addresses of a name. Tests replace the system resolver. */
export type Resolver = (hostname: string) => Promise<LookupAddress[]>;

/** @param host `hostname` with the port, in the form of `URL.host` */
export type HostLookup = (hostname: string, host: string) => Promise<LookupAddress[]>;

export const systemResolver: Resolver = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true, order: 'verbatim' }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses);
    });
  });

/**
 * Resolves a name to its permitted addresses: all of them or none. A name with both private and public
 * addresses is an attack or a mistake.
 * @throws AddressDeniedError
 */
export async function resolvePermitted(
  hostname: string,
  port: number,
  policy: OutboundPolicy,
  resolve: () => Promise<LookupAddress[]>,
): Promise<LookupAddress[]> {
  const addresses = await resolve();
  if (addresses.length === 0) {
    throw Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
  }
  const denied = addresses.find(({ address }) => !policy.isPermitted(address, port));
  if (denied) throw new AddressDeniedError(hostname, denied.address);
  return addresses;
}
