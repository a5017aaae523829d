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
      message: `Without API_KEYS, Pressroom does not answer at "${host.slice(0, 100)}". Add this name to ALLOWED_HOSTS, set PUBLIC_URL to it, or set API_KEYS.`,
    });
  }
}

/**
 * Protects an app without API keys against DNS rebinding.
 *
 * An attacker's page can point its own host name at the address of this app after it has loaded.
 * The browser then treats app and page as one site. Such a call names the attacker's host in
 * `Host`, so only known names are allowed. An IP address is always allowed, because it needs no
 * resolver: the app itself served a page with that address. Paths that need no key, such as
 * `/health/ready`, are not checked: a probe names a pod or a container.
 */
export class HostCheck {
  private readonly allowed: AllowedHosts;
  private readonly ownNames: ReadonlySet<string>;

  constructor({
    HOST,
    PUBLIC_URL,
    ALLOWED_HOSTS,
  }: Pick<Env, 'HOST' | 'PUBLIC_URL' | 'ALLOWED_HOSTS'>) {
    this.allowed = parseAllowedHosts(ALLOWED_HOSTS);
    const names = [HOST, ...(PUBLIC_URL === undefined ? [] : [new URL(PUBLIC_URL).host])];
    this.ownNames = new Set(names.map(parseHostName).filter((name) => name !== ''));
  }

  /** @throws HostNotAllowedError */
  assertAllowed(request: Request): void {
    const given = request.get('host') ?? '';
    if (!this.isAllowed(parseHostName(given))) throw new HostNotAllowedError(given);
  }

  private isAllowed(name: string): boolean {
    const { allowsAll, names, suffixes } = this.allowed;
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

/** Returns the name in a `Host` header in lower case, without port and final dot. Empty when invalid. */
function parseHostName(header: string): string {
  if (!/^[^\s/?#@\\]+$/.test(header)) return '';
  return parseUrl(`http://${header}/`)?.hostname.replace(/\.$/, '') ?? '';
}

/** No resolver may point `localhost` elsewhere (RFC 6761, 6.3). */
function isAddressOrLocalhost(name: string): boolean {
  const bare = name.replace(/^\[|\]$/g, '');
  return isIP(bare) !== 0 || bare === 'localhost' || bare.endsWith('.localhost');
}
