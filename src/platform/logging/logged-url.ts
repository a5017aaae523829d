import { parseUrl } from '../url/parse-url.js';

/** Maximum number of characters of a logged path. */
const MAX_PATH_LENGTH = 200;
/** Maximum number of characters of a query that are parsed. */
const MAX_QUERY_LENGTH = 1000;
/** Maximum number of characters of a logged parameter value. */
const MAX_VALUE_LENGTH = 60;
/** Maximum number of characters of a URL that are parsed. Longer URLs are never fetched. */
const MAX_URL_LENGTH = 8192;

/** API parameters that contain no secret. The values of all other parameters are masked. */
const UNMASKED_PARAMETERS = new Set([
  'limit',
  'cursor',
  'status',
  'partial',
  'detail',
  'raw',
  'dry_run',
]);

/**
 * An encoded `?` or `#`. A path may contain the complete URL of another server, including its query.
 */
const ENCODED_QUERY = /%3f|%23/i;

/**
 * Formats the path and query of a call to this app for the log. Truncates long parts and masks secrets.
 * @param target request target, e.g. `/status/1?limit=0&token=abc`
 */
export function formatCallForLog(target: string): string {
  const queryIndex = target.indexOf('?');
  if (queryIndex < 0) return truncateText(target, MAX_PATH_LENGTH);
  const path = truncateText(target.slice(0, queryIndex), MAX_PATH_LENGTH);
  const query = new URLSearchParams(
    target.slice(queryIndex + 1, queryIndex + 1 + MAX_QUERY_LENGTH),
  );
  const parameters = [...query].map(([name, value]) =>
    UNMASKED_PARAMETERS.has(name)
      ? `${name}=${truncateText(value, MAX_VALUE_LENGTH)}`
      : `${truncateText(name, MAX_VALUE_LENGTH)}=***`,
  );
  const ellipsis = target.length - queryIndex - 1 > MAX_QUERY_LENGTH ? '&…' : '';
  return `${path}?${parameters.join('&')}${ellipsis}`;
}

/**
 * Formats the origin and path of an absolute URL for the log, without user, password, query and fragment.
 * Returns a placeholder for a string that is not an http or https URL.
 * @example formatUrlForLog('https://cdn.example/a b.jpg?X-Sig=1') // 'https://cdn.example/a%20b.jpg?***'
 */
export function formatUrlForLog(text: string): string {
  return parseUrlForLog(text) ?? '(not an http URL)';
}

/** Like `formatUrlForLog`, but returns undefined for a string that is not an http or https URL. */
export function parseUrlForLog(text: string): string | undefined {
  const url = parseUrl(text.slice(0, MAX_URL_LENGTH));
  if (!url) return undefined;
  const { protocol, origin, pathname, search, hash } = url;
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const encodedQueryIndex = pathname.search(ENCODED_QUERY);
  const path = encodedQueryIndex < 0 ? pathname : pathname.slice(0, encodedQueryIndex);
  const isShortened =
    encodedQueryIndex >= 0 || search !== '' || hash !== '' || text.length > MAX_URL_LENGTH;
  return `${origin}${truncateText(path, MAX_PATH_LENGTH)}${isShortened ? '?***' : ''}`;
}

/** Truncates a string and appends the number of omitted characters. */
export function truncateText(text: string, maxLength: number): string {
  const omittedLength = text.length - maxLength;
  return omittedLength > 0 ? `${text.slice(0, maxLength)}…(${omittedLength} more)` : text;
}
