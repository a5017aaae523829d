import { isIP } from 'node:net';
import { UrlInvalidError } from './outbound-errors.js';

/** Characters, as given. Signed URLs with a security token have 2,400; servers take up to 8 KB. */
export const MAX_URL_LENGTH = 8192;

/**
 * The only parser of outbound URLs. WHATWG `URL` folds decimal, octal, hex, full-width and percent
 * forms of an address into one, so that what is checked is what is dialled.
 * @throws UrlInvalidError
 */
export function parseOutboundUrl(text: string, base?: URL): URL {
  if (text.length > MAX_URL_LENGTH)
    throw new UrlInvalidError(`it is longer than ${MAX_URL_LENGTH} characters`);
  if (!URL.canParse(text, base?.href)) {
    throw new UrlInvalidError('it is not a URL such as https://example.com/picture.jpg');
  }
  const url = new URL(text, base?.href);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UrlInvalidError('only http:// and https:// URLs are fetched');
  }
  if (url.username || url.password) {
    throw new UrlInvalidError('it carries a user name or password; use a URL without them');
  }
  // Chromium escapes these two in a path; WHATWG URL of Node.js 20 leaves them, and some servers refuse them.
  url.pathname = url.pathname.replaceAll('|', '%7C').replaceAll('^', '%5E');
  return url;
}

/** The port that is dialled, the protocol's own when none is written. */
export function portOf(url: URL): number {
  return url.port ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;
}

/** The host's IP address when it is written as one, without brackets. */
export function literalAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) ? host : undefined;
}
