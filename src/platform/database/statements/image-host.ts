import { parseUrl } from '../../url/parse-url.js';

/**
 * Matches most URLs. For these URLs, PostgreSQL and WHATWG URL parse the same host, except for letter case.
 */
const PLAIN_URL = /^https?:\/\/(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?=[/\\?#]|$)/i;
const URL_HOST = /^https?:[/\\]*([\w.:[\]-]+)(?=[/\\?#]|$)/i;

/**
 * Returns an SQL expression for the host of an image, as WHATWG URL serializes it. Images that the previous
 * version stores during a rolling update have no `input_host`. Their host is wrong if the URL contains a default
 * port, percent-encoding or Unicode. A pause does not affect such images.
 *
 * @param image name or alias of the table
 */
export const imageHostExpression = (image: string): string =>
  String.raw`coalesce(${image}.input_host,
    lower(substring(${image}.input_url FROM '^[A-Za-z]+:[/\\]*(?:[^/\\?#@]*@)?([^/\\?#]+)')))`;

/**
 * Returns the `input_host` of an image with this URL. Returns undefined for an invalid URL, and if
 * {@link imageHostExpression} parses the same host from the URL. SQL does not handle default ports,
 * percent-encoding or Punycode.
 */
export function toInputHost(url: string): string | undefined {
  const host = PLAIN_URL.test(url) ? undefined : parseUrl(url)?.host;
  return URL_HOST.exec(url)?.[1].toLowerCase() === host ? undefined : host;
}
