import type { HostHeaders } from '../config/request-headers.js';
import { VERSION } from '../config/version.js';

export interface RequestHeadersOptions {
  userAgent?: string;
  /** `origin` sends the origin of the image's own URL; anything else is sent as it is. */
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
/** Each shop and marketplace reads these. */
const COMMON_TYPES = ['image/jpeg', 'image/png', 'image/gif'];

/** The request headers of an image download: who asks, for which formats, and what a host wants. */
export class RequestHeaders {
  readonly userAgent: string;

  constructor(private readonly options: RequestHeadersOptions = {}) {
    this.userAgent = options.userAgent ?? defaultUserAgent();
  }

  /**
   * @param isDowngraded whether a redirect from https to http led here: configured headers may be
   *   secrets and are not sent then
   */
  headersFor(url: URL, isDowngraded = false): Record<string, string> {
    const { referer, hosts = [] } = this.options;
    const headers = new Headers({ Accept: acceptFor(url), 'User-Agent': this.userAgent });
    if (referer) headers.set('Referer', referer === 'origin' ? `${url.origin}/` : referer);
    if (!isDowngraded) {
      // From the general to the special, which wins.
      const matching = hosts.filter(({ host }) => matchesHost(host, url));
      for (const host of matching.toSorted((a, b) => a.host.length - b.host.length)) {
        for (const [name, value] of Object.entries(host.headers)) headers.set(name, value);
      }
    }
    return Object.fromEntries(headers);
  }
}

/** With the address of whoever runs this Pressroom, as operators of servers ask of programs. */
export function defaultUserAgent(contactUrl?: string): string {
  return `Pressroom/${VERSION}${contactUrl ? ` (+${contactUrl})` : ''}`;
}

/**
 * Asks for the format that the URL names. CDNs that see `image/webp` or a wildcard answer a .jpg with
 * WebP or AVIF, which marketplaces refuse. Everything else is still better than no image.
 */
function acceptFor(url: URL): string {
  const extension = /\.([a-z]+)$/i.exec(url.pathname)?.[1].toLowerCase() ?? '';
  const own = MEDIA_TYPES[extension];
  const others = COMMON_TYPES.filter((type) => type !== own);
  const preferred = own ? [own, ...others.map((type) => `${type};q=0.9`)] : others;
  return [...preferred, '*/*;q=0.1'].join(',');
}

function matchesHost(pattern: string, url: URL): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*.'))
    return [url.host, url.hostname].some((name) => name.endsWith(pattern.slice(1)));
  return pattern === url.host || pattern === url.hostname;
}
