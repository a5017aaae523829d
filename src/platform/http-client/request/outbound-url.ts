import { isIP } from 'node:net';
import { UrlInvalidError } from '../outbound-errors.js';
import { parseUrl } from '../../url/parse-url.js';

/**
 * Maximum length of a URL in characters, before parsing. Signed URLs with a security token have about
 * 2,400. Servers accept up to 8 KB.
 */
export const MAX_URL_LENGTH = 8192;

/**
 * Parses an outbound URL. All outbound URLs are parsed here. WHATWG `URL` normalizes decimal, octal, hex,
 * full-width and percent-encoded forms of an address, so Pressroom connects to the address that it
 * checked.
 * @throws UrlInvalidError
 */
export function parseOutboundUrl(text: string, base?: URL): URL {
  if (text.length > MAX_URL_LENGTH)
    throw new UrlInvalidError(`it is longer than ${MAX_URL_LENGTH} characters`);
  const url = parseUrl(text, base);
  if (!url) throw new UrlInvalidError('it is not a URL such as https://example.com/image.jpg');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UrlInvalidError('only http:// and https:// URLs are supported');
  }
  if (url.username || url.password) {
    throw new UrlInvalidError('it contains a user name or password; use a URL without them');
  }
  // Chromium escapes these two characters in a path. WHATWG URL of Node.js 20 does not, and some servers
  // reject them.
  url.pathname = url.pathname.replaceAll('|', '%7C').replaceAll('^', '%5E');
  return url;
}

/** Returns the port of the URL, or the default port of its protocol. */
export function getPort(url: URL): number {
  return url.port ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;
}

/** Returns the host if it is a literal IP address, without brackets. */
export function findLiteralAddress(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) ? host : undefined;
}
