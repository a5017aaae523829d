import { describe, expect, it } from 'vitest';
import { DownloadCookies } from './download-cookies.js';

const url = (text: string) => new URL(text);

describe('DownloadCookies', () => {
  it.each([
    ['of the host itself', 'c=1', 'https://shop.example/other.jpg', 'c=1'],
    ['not to a subdomain', 'c=1', 'https://cdn.shop.example/', undefined],
    ['to a subdomain', 'c=1; Domain=shop.example', 'https://cdn.shop.example/', 'c=1'],
    ['not to another host', 'c=1', 'https://other.example/', undefined],
    ['not for another path', 'c=1; Path=/admin', 'https://shop.example/a.jpg', undefined],
    ['not over http when Secure', 'c=1; Secure', 'http://shop.example/', undefined],
    ['not for a foreign domain', 'c=1; Domain=other.example', 'https://other.example/', undefined],
    ['not for a public suffix', 'c=1; Domain=com', 'https://other.com/', undefined],
    ['not when malformed', ';;=', 'https://shop.example/', undefined],
  ])(
    'DownloadCookies follows RFC 6265 when it sends a cookie: %s',
    (_rule, setCookie, to, sent) => {
      const cookies = new DownloadCookies();
      cookies.storeCookies([setCookie], url('https://shop.example/a.jpg'));
      expect(cookies.headerFor(url(to))).toBe(sent);
    },
  );

  it('DownloadCookies works for an IP address and for localhost', () => {
    for (const host of ['http://127.0.0.1:8080/', 'http://localhost/', 'http://[::1]/']) {
      const cookies = new DownloadCookies();
      cookies.storeCookies(['c=1; Path=/'], url(host));
      expect(cookies.headerFor(url(host))).toBe('c=1');
    }
  });

  it('DownloadCookies keeps at most 50 cookies and sends no header larger than 6 KB', () => {
    const cookies = new DownloadCookies();
    const many = Array.from({ length: 200 }, (_, i) => `c${i}=1`);
    cookies.storeCookies(many, url('https://shop.example/'));
    expect(cookies.headerFor(url('https://shop.example/'))!.split('; ')).toHaveLength(50);

    const large = new DownloadCookies();
    large.storeCookies(
      [`a=${'x'.repeat(4000)}`, `b=${'x'.repeat(4000)}`],
      url('https://s.example/'),
    );
    expect(large.headerFor(url('https://s.example/'))).toBeUndefined();
  });
});
