/** Named in our own URLs and of no harm; the value of any other parameter stays out of the log. */
const HARMLESS = new Set(['limit', 'cursor', 'status', 'partial', 'detail', 'raw', 'dry_run']);

/** The path and query of a call to us, without values that open something. */
export function loggedUrl(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) return url;
  const shown = [...new URLSearchParams(url.slice(at + 1))].map(([name, value]) =>
    HARMLESS.has(name) ? `${name}=${value}` : `${name}=***`,
  );
  return `${url.slice(0, at)}?${shown.join('&')}`;
}

const PATTERNS: [RegExp, string][] = [
  // User and password of a URL (RFC 3986, 3.2.1): DATABASE_URL in a driver's message.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"\\]*@/gi, '$1***@'],
  // The query of an absolute URL, e.g. a signed image URL of a shop's store.
  [/(\bhttps?:\/\/[^\s?#"\\]+)\?[^\s"\\]*/gi, '$1?***'],
  [/\bwhsec_[A-Za-z0-9+/=]+/g, 'whsec_***'],
  [/(\bBearer )[^\s"\\]+/gi, '$1***'],
];

/**
 * The last look at a line before it is written, whatever put it together: no password, signature,
 * query of a URL or configured secret gets by.
 * @param secrets literally; as they stand in JSON
 */
export function scrubber(secrets: readonly string[]): (line: string) => string {
  const literal = secrets.filter((secret) => secret.length >= 6);
  return (line) => {
    let scrubbed = line;
    for (const [pattern, instead] of PATTERNS) scrubbed = scrubbed.replace(pattern, instead);
    for (const secret of literal) scrubbed = scrubbed.replaceAll(secret, '***');
    return scrubbed;
  };
}
