import { AppError } from '../../errors/app-error.js';
import { DownloadCookies } from './download-cookies.js';
import { RedirectError } from '../outbound-errors.js';
import type { OutboundResponse, OutboundHttp } from './outbound-http.js';
import { parseOutboundUrl } from './outbound-url.js';

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);

/** A 300 response with a preferred choice may be followed (RFC 9110, section 15.4.1). */
const isRedirect = ({ status, header }: OutboundResponse): boolean =>
  REDIRECT_STATUSES.has(status) || (status === 300 && header('location') !== undefined);

export interface FollowedResponse extends OutboundResponse {
  finalUrl: URL;
}

export interface RedirectOptions {
  maxRedirects: number;
  /** True to follow a redirect from https to http. */
  allowInsecure?: boolean;
  /** @param isDowngraded true if a redirect from https to http led to `url` */
  buildHeaders?: (url: URL, isDowngraded: boolean) => Record<string, string>;
  ignoreLength?: boolean;
  signal: AbortSignal;
}

/**
 * Sends a GET request and follows redirects. Parses and checks every hop like the first one. Keeps
 * cookies until the final response.
 */
export async function getWithRedirects(
  http: OutboundHttp,
  startUrl: URL,
  options: RedirectOptions,
): Promise<FollowedResponse> {
  const cookies = new DownloadCookies();
  let url = startUrl;
  let isDowngraded = false;
  for (let hopCount = 0; ; hopCount += 1) {
    const { signal, ignoreLength } = options;
    const cookie = cookies.buildCookieHeader(url);
    const headers = options.buildHeaders?.(url, isDowngraded) ?? {};
    if (cookie) headers.cookie = [headers.cookie, cookie].filter(Boolean).join('; ');
    const response = await http.send({ method: 'GET', url, headers, ignoreLength, signal });
    if (!isRedirect(response)) return { ...response, finalUrl: url };
    cookies.storeCookies(response.setCookie, url);

    response.body.destroy();
    if (hopCount === options.maxRedirects) {
      throw new RedirectError(
        'redirect_limit',
        `${startUrl.hostname} redirects more than ${options.maxRedirects} times, perhaps in a loop.`,
      );
    }
    const previousUrl = url;
    url = resolveNextUrl(url, response.header('location'), options.allowInsecure ?? false);
    isDowngraded ||= previousUrl.protocol === 'https:' && url.protocol === 'http:';
  }
}

function resolveNextUrl(
  previousUrl: URL,
  location: string | undefined,
  allowInsecure: boolean,
): URL {
  const nextUrl = parseLocation(previousUrl, location);
  if (previousUrl.protocol === 'https:' && nextUrl.protocol === 'http:' && !allowInsecure) {
    throw new RedirectError(
      'redirect_insecure',
      `${previousUrl.hostname} redirects from https to http, which ALLOW_INSECURE_REDIRECTS=false forbids.`,
    );
  }
  return nextUrl;
}

function parseLocation(previousUrl: URL, location: string | undefined): URL {
  const message = `${previousUrl.hostname} redirects to an unusable URL.`;
  if (!location) throw new RedirectError('redirect_invalid', message);
  try {
    return parseOutboundUrl(decodeAsUtf8(location), previousUrl);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new RedirectError('redirect_invalid', `${message} ${error.message}`);
  }
}

/**
 * Decodes a `Location` header as UTF-8 if it is valid UTF-8. Node.js reads headers as Latin-1, but servers
 * with unescaped locations send UTF-8, as browsers expect.
 */
function decodeAsUtf8(header: string): string {
  const decodedHeader = Buffer.from(header, 'latin1').toString('utf8');
  return decodedHeader.includes('\uFFFD') ? header : decodedHeader;
}
