import { isIP } from 'node:net';
import { UrlInvalidError } from './outbound-errors.js';

/** Characters, as given; longer ones are refused by many servers and are never an image's address. */
export const LONGEST_URL = 2048;

/**
 * The only parser of outbound URLs. WHATWG `URL` folds decimal, octal, hex, full-width and percent
 * forms of an address into one, so that what is checked is what is dialled.
 * @throws UrlInvalidError
 */
export function parseOutboundUrl(text: string, base?: URL): URL {
  if (text.length > LONGEST_URL)
    throw new UrlInvalidError(`it is longer than ${LONGEST_URL} characters`);
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
