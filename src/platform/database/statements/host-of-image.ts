import { parseUrl } from '../../url/parse-url.js';

/** Most URLs. Their host is the same for PostgreSQL and for WHATWG URL, except for its case. */
const PLAIN_HOST = /^https?:\/\/(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?=[/\\?#]|$)/i;
const HOST = /^https?:[/\\]*([\w.:[\]-]+)(?=[/\\?#]|$)/i;

/**
 * Returns the SQL expression of the host of an image, as WHATWG URL serializes it. Images that the previous
 * version stores during a rolling update have no `input_host`. No pause holds those of a URL with a default
 * port, or of a host in percent-encoding or Unicode.
 *
 * @param image name or alias of the table
 */
export const hostOfImage = (image: string): string =>
  String.raw`coalesce(${image}.input_host,
    lower(substring(${image}.input_url FROM '^[A-Za-z]+:[/\\]*(?:[^/\\?#@]*@)?([^/\\?#]+)')))`;

/**
 * Returns the `input_host` of an image with this URL. Undefined for an invalid URL, and if
 * {@link hostOfImage} reads the same host from the URL. SQL knows no default ports, no percent-encoding and no Punycode.
 */
export function toInputHost(url: string): string | undefined {
  const host = PLAIN_HOST.test(url) ? undefined : parseUrl(url)?.host;
  return HOST.exec(url)?.[1].toLowerCase() === host ? undefined : host;
}
