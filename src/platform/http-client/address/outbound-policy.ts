import { BlockList, isIP } from 'node:net';
import { parseOutboundAllow, type AllowedNetwork } from '../../config/outbound-allow.js';
import { isPublicAddress } from './public-address.js';

/** Permits all public addresses, and the networks and ports in `OUTBOUND_ALLOW`. */
export class OutboundPolicy {
  private readonly allowedNetworks = new Map<string, BlockList>();

  constructor(networks: AllowedNetwork[]) {
    for (const { address, prefix, family, port } of networks) {
      const list = this.allowedNetworks.get(`${family}:${port}`) ?? new BlockList();
      list.addSubnet(address, prefix, family);
      this.allowedNetworks.set(`${family}:${port}`, list);
    }
  }

  static fromText(text: string): OutboundPolicy {
    return new OutboundPolicy(parseOutboundAllow(text));
  }

  /** Returns true if a connection to this literal IP address and port is permitted. */
  isPermitted(address: string, port: number): boolean {
    return isPublicAddress(address) || this.isAllowed(address, port);
  }

  /**
   * Checks one list per address family. A combined list would match an IPv4-mapped address against IPv4
   * networks.
   */
  private isAllowed(address: string, port: number): boolean {
    const version = isIP(address);
    if (version === 0 || address.includes('%')) return false;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    return this.allowedNetworks.get(`${family}:${port}`)?.check(address, family) ?? false;
  }
}
