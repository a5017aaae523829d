import { AppError } from '../errors/app-error.js';
import { RedirectError } from './outbound-errors.js';
import type { OutboundAnswer, OutboundHttp } from './outbound-http.js';
import { parseOutboundUrl } from './outbound-url.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface FollowedAnswer extends OutboundAnswer {
  finalUrl: URL;
}

/** Fetches with GET; every hop is parsed and checked as the first one was. Nothing of ours is sent along. */
export async function getFollowingRedirects(
  http: OutboundHttp,
  start: URL,
  options: { maxRedirects: number; headers?: Record<string, string>; signal: AbortSignal },
): Promise<FollowedAnswer> {
  let url = start;
  for (let hops = 0; ; hops += 1) {
    const { headers, signal } = options;
    const answer = await http.send({ method: 'GET', url, headers, signal });
    if (!REDIRECTS.has(answer.status)) return { ...answer, finalUrl: url };

    answer.body.destroy();
    if (hops === options.maxRedirects) {
      throw new RedirectError(
        'redirect_limit',
        `${start.hostname} redirects more than ${options.maxRedirects} times, perhaps in a circle.`,
      );
    }
    url = nextHop(url, answer.header('location'));
  }
}

function nextHop(from: URL, location: string | undefined): URL {
  const to = parseLocation(from, location);
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new RedirectError(
      'redirect_insecure',
      `${from.hostname} redirects from https to http, which is not followed.`,
    );
  }
  return to;
}

function parseLocation(from: URL, location: string | undefined): URL {
  const unusable = `${from.hostname} redirects to nowhere usable.`;
  if (!location) throw new RedirectError('redirect_invalid', unusable);
  try {
    return parseOutboundUrl(asUtf8(location), from);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new RedirectError('redirect_invalid', `${unusable} ${error.message}`);
  }
}

/** Node reads headers as Latin-1, but servers that do not escape a location send UTF-8, as browsers expect. */
function asUtf8(header: string): string {
  const decoded = Buffer.from(header, 'latin1').toString('utf8');
  return decoded.includes('\uFFFD') ? header : decoded;
}
