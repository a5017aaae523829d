import { describe, expect, it } from 'vitest';
import { RequestHeaders } from './request-headers.js';

const toUrl = (text: string) => new URL(text);

describe('RequestHeaders', () => {
  it.each([
    ['https://h/a.jpg?v=1', 'image/jpeg,image/png;q=0.9,image/gif;q=0.9,*/*;q=0.1'],
    ['https://h/a.PNG', 'image/png,image/jpeg;q=0.9,image/gif;q=0.9,*/*;q=0.1'],
    ['https://h/a.webp', 'image/webp,image/jpeg;q=0.9,image/png;q=0.9,image/gif;q=0.9,*/*;q=0.1'],
    ['https://h/image/123', 'image/jpeg,image/png,image/gif,*/*;q=0.1'],
    ['https://h/a.php?f=x.webp', 'image/jpeg,image/png,image/gif,*/*;q=0.1'],
  ])('RequestHeaders prefers the format of the file extension in %s', (url, accept) => {
    expect(new RequestHeaders().buildHeaders(toUrl(url)).accept).toBe(accept);
  });

  it('RequestHeaders sends the configured user agent and referer', () => {
    const fixedHeaders = new RequestHeaders({
      userAgent: 'Mozilla/5.0',
      referer: 'https://shop.example/x',
    });
    expect(fixedHeaders.buildHeaders(toUrl('https://cdn.example/a.jpg'))).toMatchObject({
      'user-agent': 'Mozilla/5.0',
      referer: 'https://shop.example/x',
    });
    const originHeaders = new RequestHeaders({ referer: 'origin' });
    expect(originHeaders.buildHeaders(toUrl('http://127.0.0.1:8080/a.jpg')).referer).toBe(
      'http://127.0.0.1:8080/',
    );
    expect(new RequestHeaders().buildHeaders(toUrl('http://h/'))).not.toHaveProperty('referer');
  });

  it('RequestHeaders sends the headers of a host only to that host, and prefers the most specific entry', () => {
    const headers = new RequestHeaders({
      hosts: [
        { host: 'shop.example', headers: { Authorization: 'Bearer shop', 'X-A': 'shop' } },
        { host: '*.example', headers: { 'X-A': 'wild' } },
        { host: '*', headers: { 'X-A': 'all', 'User-Agent': 'Mozilla/5.0' } },
        { host: 'other.example:81', headers: { 'X-A': 'port' } },
      ],
    });
    const readHeaders = (url: string) => {
      const { authorization, 'x-a': a, 'user-agent': agent } = headers.buildHeaders(toUrl(url));
      return [authorization, a, agent];
    };
    expect(readHeaders('https://shop.example:444/a.jpg')).toEqual([
      'Bearer shop',
      'shop',
      'Mozilla/5.0',
    ]);
    expect(readHeaders('https://cdn.shop.example/')).toEqual([undefined, 'wild', 'Mozilla/5.0']);
    expect(readHeaders('https://example/')).toEqual([undefined, 'all', 'Mozilla/5.0']);
    expect(readHeaders('https://evil-shop.example.org/')).toEqual([
      undefined,
      'all',
      'Mozilla/5.0',
    ]);
    expect(readHeaders('http://other.example:81/')).toEqual([undefined, 'port', 'Mozilla/5.0']);
    expect(readHeaders('http://other.example/')).toEqual([undefined, 'wild', 'Mozilla/5.0']);
  });

  it('RequestHeaders sends no configured header after a redirect from https to http', () => {
    const headers = new RequestHeaders({ hosts: [{ host: '*', headers: { 'X-Key': 'secret' } }] });
    expect(headers.buildHeaders(toUrl('http://h/'), true)).not.toHaveProperty('x-key');
    expect(headers.buildHeaders(toUrl('http://h/'), false)).toHaveProperty('x-key', 'secret');
  });
});
