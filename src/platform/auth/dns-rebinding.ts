import { isIP } from 'node:net';
import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';
import { type AllowedHosts, parseAllowedHosts } from '../config/allowed-hosts.js';
import type { Env } from '../config/env.js';
import { AUTH_ERRORS } from './error-table.js';
import { parseUrl } from '../url/parse-url.js';

export class HostNotAllowedError extends AppError {
  constructor(host: string) {
    super(AUTH_ERRORS.host_not_allowed, {
      message: `Without API_KEYS, Pressroom does not accept calls to "${host.slice(0, 100)}". Add this name to ALLOWED_HOSTS, set PUBLIC_URL to it, or set API_KEYS.`,
    });
  }
}

/**
 * Protects an app without API keys against DNS rebinding.
 *
 * An attacker's page can point its own host name at the address of this app after the page has loaded.
 * The browser then treats the app and the page as the same site. The `Host` header of such a call contains
 * the attacker's host, so only known names are allowed. An IP address is always allowed, because it needs
 * no resolver: the app itself served a page with that address. Paths that need no key, such as
 * `/health/ready`, are not checked, because a probe uses the name of a pod or container.
 */
export class HostCheck {
  private readonly allowedHosts: AllowedHosts;
  private readonly ownNames: ReadonlySet<string>;

  constructor({
    HOST,
    PUBLIC_URL,
    ALLOWED_HOSTS,
  }: Pick<Env, 'HOST' | 'PUBLIC_URL' | 'ALLOWED_HOSTS'>) {
    this.allowedHosts = parseAllowedHosts(ALLOWED_HOSTS);
    const names = [HOST, ...(PUBLIC_URL === undefined ? [] : [new URL(PUBLIC_URL).host])];
    this.ownNames = new Set(names.map(parseHostName).filter((name) => name !== ''));
  }

  /** @throws HostNotAllowedError */
  assertAllowed(request: Request): void {
    const hostHeader = request.get('host') ?? '';
    if (!this.isAllowed(parseHostName(hostHeader))) throw new HostNotAllowedError(hostHeader);
  }

  private isAllowed(name: string): boolean {
    const { allowsAll, names, suffixes } = this.allowedHosts;
    if (name === '') return false;
    return (
      allowsAll ||
      isAddressOrLocalhost(name) ||
      this.ownNames.has(name) ||
      names.has(name) ||
      suffixes.some((suffix) => name.endsWith(suffix))
    );
  }
}

/**
 * Returns the name in a `Host` header in lower case, without the port and the final dot. Empty if it is
 * invalid.
 */
function parseHostName(header: string): string {
  if (!/^[^\s/?#@\\]+$/.test(header)) return '';
  return parseUrl(`http://${header}/`)?.hostname.replace(/\.$/, '') ?? '';
}

/**
 * Returns true for names that an attacker cannot control. Resolvers must not redirect `localhost` (RFC
 * 6761, 6.3).
 */
function isAddressOrLocalhost(name: string): boolean {
  const address = name.replace(/^\[|\]$/g, '');
  return isIP(address) !== 0 || address === 'localhost' || address.endsWith('.localhost');
}
