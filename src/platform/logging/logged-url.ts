import { parseUrl } from '../url/parse-url.js';

/** Longest path that is logged, in characters. */
const MAX_PATH_LENGTH = 200;
/** The query is cut to this many characters before it is parsed. */
const MAX_QUERY_LENGTH = 1000;
/** Longest value of a harmless parameter that is logged, in characters. */
const MAX_VALUE_LENGTH = 60;
/** A URL is cut to this many characters before it is parsed; longer ones are never fetched. */
const MAX_URL_LENGTH = 8192;

/** Parameters of the API that hold no secret. The value of any other parameter stays out of the log. */
const HARMLESS = new Set(['limit', 'cursor', 'status', 'partial', 'detail', 'raw', 'dry_run']);

/**
 * An encoded `?` or `#`, because a path may contain the whole URL of another server, including its
 * query.
 */
const ENCODED_QUERY = /%3f|%23/i;

/**
 * Returns the path and query of a call to this app for the log: cut, and without secrets.
 * @param target of the request line, e.g. `/status/1?limit=0&token=abc`
 */
export function formatCallForLog(target: string): string {
  const at = target.indexOf('?');
  if (at < 0) return cutText(target, MAX_PATH_LENGTH);
  const path = cutText(target.slice(0, at), MAX_PATH_LENGTH);
  const query = new URLSearchParams(target.slice(at + 1, at + 1 + MAX_QUERY_LENGTH));
  const shown = [...query].map(([name, value]) =>
    HARMLESS.has(name)
      ? `${name}=${cutText(value, MAX_VALUE_LENGTH)}`
      : `${cutText(name, MAX_VALUE_LENGTH)}=***`,
  );
  const cut = target.length - at - 1 > MAX_QUERY_LENGTH ? '&…' : '';
  return `${path}?${shown.join('&')}${cut}`;
}

/**
 * Returns the origin and path of an absolute URL as `URL` parses them: no user, password, query or fragment. A
 * text that is not an http or https URL is not shown.
 * @example loggedUrl('https://cdn.example/a b.jpg?X-Sig=1') // 'https://cdn.example/a%20b.jpg?***'
 */
export function formatUrlForLog(text: string): string {
  return parseUrlForLog(text) ?? '(not an http URL)';
}

/** Like `formatUrlForLog`, but returns undefined for a text that is not an http or https URL. */
export function parseUrlForLog(text: string): string | undefined {
  const start = text.slice(0, MAX_URL_LENGTH);
  const url = parseUrl(start);
  if (!url) return undefined;
  const { protocol, origin, pathname, search, hash } = url;
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const encoded = pathname.search(ENCODED_QUERY);
  const path = encoded < 0 ? pathname : pathname.slice(0, encoded);
  const hasMore = encoded >= 0 || search !== '' || hash !== '' || text.length > MAX_URL_LENGTH;
  return `${origin}${cutText(path, MAX_PATH_LENGTH)}${hasMore ? '?***' : ''}`;
}

/** Truncates a text and appends the number of omitted characters. */
export function cutText(text: string, length: number): string {
  const left = text.length - length;
  return left > 0 ? `${text.slice(0, length)}…(${left} more)` : text;
}
