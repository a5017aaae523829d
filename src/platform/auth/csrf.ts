import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';
import { AUTH_ERRORS } from './error-table.js';

export class CrossSiteCallError extends AppError {
  constructor() {
    super(AUTH_ERRORS.cross_site_call);
  }
}

/**
 * Any site that a person visits can make the browser POST a form to an address that only that browser
 * reaches. Where a key is asked for, such a call has none; where there are no keys, this is what
 * keeps it out. Browsers tell whose page calls: https://www.w3.org/TR/fetch-metadata/ on addresses
 * they trust (loopback, https), else by `Origin` (RFC 6454).
 *
 * @throws CrossSiteCallError
 */
export function rejectCrossSiteCall(request: Request, publicUrl: string | undefined): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.get('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return;
  // Another port or subdomain of the same host is `same-site`, and may be anybody's.
  if (site === 'cross-site' || !isOwnOrigin(request, publicUrl)) throw new CrossSiteCallError();
}

function isOwnOrigin(request: Request, publicUrl: string | undefined): boolean {
  const origin = request.get('origin');
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === request.get('host') || host === (publicUrl && new URL(publicUrl).host);
}
