import { describe, expect, it } from 'vitest';
import { DownloadCookies } from './download-cookies.js';

const toUrl = (text: string) => new URL(text);

describe('DownloadCookies', () => {
  it.each([
    ['sends a cookie to the host that set it', 'c=1', 'https://shop.example/other.jpg', 'c=1'],
    [
      'does not send a cookie without Domain to a subdomain',
      'c=1',
      'https://cdn.shop.example/',
      undefined,
    ],
    [
      'sends a cookie with Domain to a subdomain',
      'c=1; Domain=shop.example',
      'https://cdn.shop.example/',
      'c=1',
    ],
    ['does not send a cookie to another host', 'c=1', 'https://other.example/', undefined],
    [
      'does not send a cookie for another path',
      'c=1; Path=/admin',
      'https://shop.example/a.jpg',
      undefined,
    ],
    ['does not send a Secure cookie over http', 'c=1; Secure', 'http://shop.example/', undefined],
    [
      'ignores a cookie for a foreign domain',
      'c=1; Domain=other.example',
      'https://other.example/',
      undefined,
    ],
    ['ignores a cookie for a public suffix', 'c=1; Domain=com', 'https://other.com/', undefined],
    ['ignores a malformed cookie', ';;=', 'https://shop.example/', undefined],
  ])('DownloadCookies %s', (_description, setCookie, requestUrl, expected) => {
    const cookies = new DownloadCookies();
    cookies.storeCookies([setCookie], toUrl('https://shop.example/a.jpg'));
    expect(cookies.buildCookieHeader(toUrl(requestUrl))).toBe(expected);
  });

  it('DownloadCookies stores and sends cookies for IP addresses and localhost', () => {
    for (const host of ['http://127.0.0.1:8080/', 'http://localhost/', 'http://[::1]/']) {
      const cookies = new DownloadCookies();
      cookies.storeCookies(['c=1; Path=/'], toUrl(host));
      expect(cookies.buildCookieHeader(toUrl(host))).toBe('c=1');
    }
  });

  it('DownloadCookies keeps at most 50 cookies and sends no header larger than 6 KB', () => {
    const cookies = new DownloadCookies();
    const manyCookies = Array.from({ length: 200 }, (_, i) => `c${i}=1`);
    cookies.storeCookies(manyCookies, toUrl('https://shop.example/'));
    expect(cookies.buildCookieHeader(toUrl('https://shop.example/'))!.split('; ')).toHaveLength(50);

    const largeCookies = new DownloadCookies();
    largeCookies.storeCookies(
      [`a=${'x'.repeat(4000)}`, `b=${'x'.repeat(4000)}`],
      toUrl('https://s.example/'),
    );
    expect(largeCookies.buildCookieHeader(toUrl('https://s.example/'))).toBeUndefined();
  });
});
