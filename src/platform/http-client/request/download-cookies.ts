import { CookieJar } from 'tough-cookie';

/** RFC 6265, section 6.1: at least 50 cookies per domain and 4096 bytes per cookie. */
const MAX_COOKIES = 50;
const MAX_COOKIE_BYTES = 4096;
/** Most servers reject request headers of more than 8 KB in total. */
const MAX_HEADER_BYTES = 6144;

/**
 * Cookies of one download (RFC 6265: domain, path, Secure, public suffixes). Bot protections of shops set
 * a cookie and redirect to the same URL. A new jar for each download keeps downloads anonymous.
 */
export class DownloadCookies {
  /** Created on the first cookie, because almost no image server sets one. */
  private jar: CookieJar | undefined;
  private stored = 0;

  /** Stores the cookies that a response from `url` may set. Ignores malformed and foreign cookies. */
  storeCookies(setCookie: readonly string[], url: URL): void {
    for (const line of setCookie) {
      if (this.stored >= MAX_COOKIES || line.length > MAX_COOKIE_BYTES) continue;
      this.jar ??= new CookieJar();
      if (this.jar.setCookieSync(line, url.href, { ignoreError: true })) this.stored += 1;
    }
  }

  /** Returns the `Cookie` header for a request to `url`; undefined when no cookie belongs to it. */
  headerFor(url: URL): string | undefined {
    const header = this.jar?.getCookieStringSync(url.href);
    return header && header.length <= MAX_HEADER_BYTES ? header : undefined;
  }
}
