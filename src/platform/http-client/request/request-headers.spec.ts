import { describe, expect, it } from 'vitest';
import { RequestHeaders } from './request-headers.js';

const at = (text: string) => new URL(text);

describe('RequestHeaders', () => {
  it.each([
    ['https://h/a.jpg?v=1', 'image/jpeg,image/png;q=0.9,image/gif;q=0.9,*/*;q=0.1'],
    ['https://h/a.PNG', 'image/png,image/jpeg;q=0.9,image/gif;q=0.9,*/*;q=0.1'],
    ['https://h/a.webp', 'image/webp,image/jpeg;q=0.9,image/png;q=0.9,image/gif;q=0.9,*/*;q=0.1'],
    ['https://h/image/123', 'image/jpeg,image/png,image/gif,*/*;q=0.1'],
    ['https://h/a.php?f=x.webp', 'image/jpeg,image/png,image/gif,*/*;q=0.1'],
  ])('RequestHeaders accepts the format in the URL: %s', (url, accept) => {
    expect(new RequestHeaders().headersFor(at(url)).accept).toBe(accept);
  });

  it('RequestHeaders sends the configured user agent and referer', () => {
    const fixed = new RequestHeaders({
      userAgent: 'Mozilla/5.0',
      referer: 'https://shop.example/x',
    });
    expect(fixed.headersFor(at('https://cdn.example/a.jpg'))).toMatchObject({
      'user-agent': 'Mozilla/5.0',
      referer: 'https://shop.example/x',
    });
    const own = new RequestHeaders({ referer: 'origin' });
    expect(own.headersFor(at('http://127.0.0.1:8080/a.jpg')).referer).toBe(
      'http://127.0.0.1:8080/',
    );
    expect(new RequestHeaders().headersFor(at('http://h/'))).not.toHaveProperty('referer');
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
    const sent = (url: string) => {
      const { authorization, 'x-a': a, 'user-agent': agent } = headers.headersFor(at(url));
      return [authorization, a, agent];
    };
    expect(sent('https://shop.example:444/a.jpg')).toEqual(['Bearer shop', 'shop', 'Mozilla/5.0']);
    expect(sent('https://cdn.shop.example/')).toEqual([undefined, 'wild', 'Mozilla/5.0']);
    expect(sent('https://example/')).toEqual([undefined, 'all', 'Mozilla/5.0']);
    expect(sent('https://evil-shop.example.org/')).toEqual([undefined, 'all', 'Mozilla/5.0']);
    expect(sent('http://other.example:81/')).toEqual([undefined, 'port', 'Mozilla/5.0']);
    expect(sent('http://other.example/')).toEqual([undefined, 'wild', 'Mozilla/5.0']);
  });

  it('RequestHeaders sends no configured header after a redirect from https to http', () => {
    const headers = new RequestHeaders({ hosts: [{ host: '*', headers: { 'X-Key': 'secret' } }] });
    expect(headers.headersFor(at('http://h/'), true)).not.toHaveProperty('x-key');
    expect(headers.headersFor(at('http://h/'), false)).toHaveProperty('x-key', 'secret');
  });
});
