import type { HostHeaders } from '../../config/request-headers-file.js';
import { VERSION } from '../../config/version.js';

export interface RequestHeadersOptions {
  userAgent?: string;
  /** `origin` sends the origin of the image's URL. Any other value is sent unchanged. */
  referer?: string;
  hosts?: readonly HostHeaders[];
}

const MEDIA_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  jfif: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  tif: 'image/tiff',
  tiff: 'image/tiff',
};
/** Formats that every shop and marketplace supports. */
const COMMON_TYPES = ['image/jpeg', 'image/png', 'image/gif'];

/**
 * Builds the request headers of an image download: user agent, accepted formats, and configured headers
 * of the host.
 */
export class RequestHeaders {
  readonly userAgent: string;
  private readonly referer: string | undefined;
  /** Sorted from general to specific patterns. The most specific one has priority. */
  private readonly hosts: readonly HostHeaders[];

  constructor({ userAgent, referer, hosts = [] }: RequestHeadersOptions = {}) {
    this.userAgent = userAgent ?? buildDefaultUserAgent();
    this.referer = referer;
    this.hosts = hosts
      .map(({ host, headers }) => ({ host, headers: withLowerCaseNames(headers) }))
      .toSorted((a, b) => a.host.length - b.host.length);
  }

  /**
   * @param isDowngraded true if a redirect from https to http led to this URL; omits configured headers,
   *   which may contain secrets
   * @returns the headers by their lower-case names
   */
  buildHeaders(url: URL, isDowngraded = false): Record<string, string> {
    const headers: Record<string, string> = {
      accept: buildAcceptHeader(url),
      'user-agent': this.userAgent,
    };
    if (this.referer) {
      headers.referer = this.referer === 'origin' ? `${url.origin}/` : this.referer;
    }
    if (isDowngraded) return headers;
    for (const entry of this.hosts) {
      if (matchesHost(entry.host, url)) Object.assign(headers, entry.headers);
    }
    return headers;
  }
}

const withLowerCaseNames = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Returns the default user agent with a contact URL, as server operators expect. */
export function buildDefaultUserAgent(contactUrl?: string): string {
  return `Pressroom/${VERSION}${contactUrl ? ` (+${contactUrl})` : ''}`;
}

/**
 * Prefers the format of the file extension. CDNs that see `image/webp` or a wildcard respond to a .jpg URL
 * with WebP or AVIF, which marketplaces reject. Any other format is still better than no image.
 */
function buildAcceptHeader(url: URL): string {
  const extension = /\.([a-z]+)$/i.exec(url.pathname)?.[1].toLowerCase() ?? '';
  const extensionType = MEDIA_TYPES[extension];
  const otherTypes = COMMON_TYPES.filter((type) => type !== extensionType);
  const mediaTypes = extensionType
    ? [extensionType, ...otherTypes.map((type) => `${type};q=0.9`)]
    : otherTypes;
  return [...mediaTypes, '*/*;q=0.1'].join(',');
}

function matchesHost(pattern: string, url: URL): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*.'))
    return [url.host, url.hostname].some((name) => name.endsWith(pattern.slice(1)));
  return pattern === url.host || pattern === url.hostname;
}
