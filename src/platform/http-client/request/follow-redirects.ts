import { AppError } from '../../errors/app-error.js';
import { DownloadCookies } from './download-cookies.js';
import { RedirectError } from '../outbound-errors.js';
import type { OutboundResponse, OutboundHttp } from './outbound-http.js';
import { parseOutboundUrl } from './outbound-url.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A 300 with a preferred choice may be followed (RFC 9110, section 15.4.1). */
const isRedirect = ({ status, header }: OutboundResponse): boolean =>
  REDIRECTS.has(status) || (status === 300 && header('location') !== undefined);

export interface FollowedResponse extends OutboundResponse {
  finalUrl: URL;
}

export interface RedirectOptions {
  maxRedirects: number;
  /** Allows a redirect from https to http. */
  allowInsecure?: boolean;
  /** @param isDowngraded true if a redirect from https to http led to `url` */
  headersFor?: (url: URL, isDowngraded: boolean) => Record<string, string>;
  ignoreLength?: boolean;
  signal: AbortSignal;
}

/**
 * Sends a GET request and follows redirects. Parses and checks every hop like the first one. Keeps
 * cookies until the final response.
 */
export async function getFollowingRedirects(
  http: OutboundHttp,
  start: URL,
  options: RedirectOptions,
): Promise<FollowedResponse> {
  const cookies = new DownloadCookies();
  let url = start;
  let isDowngraded = false;
  for (let hops = 0; ; hops += 1) {
    const { signal, ignoreLength } = options;
    const cookie = cookies.headerFor(url);
    const headers = options.headersFor?.(url, isDowngraded) ?? {};
    if (cookie) headers.cookie = [headers.cookie, cookie].filter(Boolean).join('; ');
    const response = await http.send({ method: 'GET', url, headers, ignoreLength, signal });
    if (!isRedirect(response)) return { ...response, finalUrl: url };
    cookies.storeCookies(response.setCookie, url);

    response.body.destroy();
    if (hops === options.maxRedirects) {
      throw new RedirectError(
        'redirect_limit',
        `${start.hostname} redirects more than ${options.maxRedirects} times, perhaps in a loop.`,
      );
    }
    const from = url;
    url = nextHop(url, response.header('location'), options.allowInsecure ?? false);
    isDowngraded ||= from.protocol === 'https:' && url.protocol === 'http:';
  }
}

function nextHop(from: URL, location: string | undefined, allowInsecure: boolean): URL {
  const to = parseLocation(from, location);
  if (from.protocol === 'https:' && to.protocol === 'http:' && !allowInsecure) {
    throw new RedirectError(
      'redirect_insecure',
      `${from.hostname} redirects from https to http, which ALLOW_INSECURE_REDIRECTS=false forbids.`,
    );
  }
  return to;
}

function parseLocation(from: URL, location: string | undefined): URL {
  const unusable = `${from.hostname} redirects to an unusable URL.`;
  if (!location) throw new RedirectError('redirect_invalid', unusable);
  try {
    return parseOutboundUrl(decodeAsUtf8(location), from);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new RedirectError('redirect_invalid', `${unusable} ${error.message}`);
  }
}

/**
 * Decodes a `Location` header as UTF-8, if it is valid. Node.js reads headers as Latin-1, but servers
 * with unescaped locations send UTF-8, as browsers expect.
 */
function decodeAsUtf8(header: string): string {
  const decoded = Buffer.from(header, 'latin1').toString('utf8');
  return decoded.includes('\uFFFD') ? header : decoded;
}
