import { lookup, type LookupAddress } from 'node:dns';
import { AddressDeniedError } from '../outbound-errors.js';
import type { OutboundPolicy } from './outbound-policy.js';

/** Resolves all addresses of a name. Tests replace the system resolver. */
export type Resolver = (hostname: string) => Promise<LookupAddress[]>;

/** @param host host name with the port, in the format of `URL.host` */
export type HostLookup = (hostname: string, host: string) => Promise<LookupAddress[]>;

export const systemResolver: Resolver = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true, order: 'verbatim' }, (error, addresses) => {
      if (error) reject(error);
      else resolve(addresses);
    });
  });

/**
 * Resolves a name. Rejects it if any of its addresses is denied, because a name with both private and
 * public addresses is an attack or a mistake.
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
  const deniedAddress = addresses.find(({ address }) => !policy.isPermitted(address, port));
  if (deniedAddress) throw new AddressDeniedError(hostname, deniedAddress.address);
  return addresses;
}
