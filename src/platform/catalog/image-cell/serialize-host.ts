/** Most URLs. Their host is the same for PostgreSQL and for WHATWG URL, except for its case. */
const PLAIN_HOST = /^https?:\/\/(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?=[/\\?#]|$)/i;
const HOST = /^https?:[/\\]*[^/\\?#]*/i;

/**
 * Serializes the host of a valid URL: no default port, no percent-encoding, Unicode as Punycode, two
 * slashes before it. Pauses and counts by host are SQL statements, which cannot do this. The rest of the
 * URL is unchanged, and a request sends the same bytes.
 */
export function serializeHost(url: string): string {
  if (PLAIN_HOST.test(url)) return url;
  const { protocol, host } = new URL(url);
  const serialized = `${protocol}//${host}`;
  const [before] = HOST.exec(url)!;
  return before.toLowerCase() === serialized ? url : serialized + url.slice(before.length);
}
