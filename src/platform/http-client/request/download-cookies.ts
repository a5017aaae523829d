import { CookieJar } from 'tough-cookie';

/** RFC 6265, section 6.1: at least 50 cookies per domain and 4096 bytes per cookie. */
const MAX_COOKIES = 50;
const MAX_COOKIE_BYTES = 4096;
/** Most servers reject request headers of more than 8 KB in total. */
const MAX_HEADER_BYTES = 6144;

/**
 * Stores the cookies of one download (RFC 6265: domain, path, Secure, public suffixes). Bot protection
 * services set a cookie and redirect to the same URL. A new jar for each download keeps downloads
 * anonymous.
 */
export class DownloadCookies {
  /** Created when the first cookie arrives, because few image servers set cookies. */
  private jar: CookieJar | undefined;
  private storedCount = 0;

  /** Stores the cookies that a response from `url` may set. Ignores malformed and foreign cookies. */
  storeCookies(setCookie: readonly string[], url: URL): void {
    for (const cookie of setCookie) {
      if (this.storedCount >= MAX_COOKIES || cookie.length > MAX_COOKIE_BYTES) continue;
      this.jar ??= new CookieJar();
      if (this.jar.setCookieSync(cookie, url.href, { ignoreError: true })) this.storedCount += 1;
    }
  }

  /** Returns the `Cookie` header for a request to `url`; undefined if no cookie applies. */
  buildCookieHeader(url: URL): string | undefined {
    const header = this.jar?.getCookieStringSync(url.href);
    return header && header.length <= MAX_HEADER_BYTES ? header : undefined;
  }
}
