import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';
import { AUTH_ERRORS } from './error-table.js';
import { parseUrl } from '../url/parse-url.js';

class CrossSiteCallError extends AppError {
  constructor() {
    super(AUTH_ERRORS.cross_site_call);
  }
}

/**
 * Rejects calls from pages on other sites. Such a page can make a browser POST a form to an address that
 * only this browser can reach. With API keys, such a call lacks a key. Without API keys, this check
 * rejects it. Browsers send fetch metadata (https://www.w3.org/TR/fetch-metadata/) to loopback and https
 * addresses, and `Origin` (RFC 6454) to all others.
 *
 * @throws CrossSiteCallError
 */
export function rejectCrossSiteCall(request: Request, publicUrl: string | undefined): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const fetchSite = request.get('sec-fetch-site');
  if (fetchSite === 'same-origin' || fetchSite === 'none') return;
  // Another port or subdomain of the same host is `same-site`, and may belong to another person.
  if (fetchSite === 'cross-site' || !isOwnOrigin(request, publicUrl))
    throw new CrossSiteCallError();
}

function isOwnOrigin(request: Request, publicUrl: string | undefined): boolean {
  const origin = request.get('origin');
  if (origin === undefined) return true;
  const host = parseUrl(origin)?.host;
  if (host === undefined) return false;
  return host === request.get('host') || host === (publicUrl && new URL(publicUrl).host);
}
