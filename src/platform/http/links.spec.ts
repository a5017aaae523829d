import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { Links } from './links.js';

const createCall = (host: string, protocol = 'http') =>
  ({ protocol, get: () => host, socket: { localPort: 3000 } }) as unknown as Request;

describe('Links', () => {
  it.each(['press.local:3000', '10.0.0.7', '[::1]:3000'])(
    'Links start with the host that the client called (%s)',
    (host) => {
      const links = Links.forCall(createCall(host), { HOST: '127.0.0.1' });
      expect(links.statusUrl('7')).toBe(`http://${host}/status/7`);
    },
  );

  it.each(['evil.example/path?', 'a b', '"><script>', ''])(
    'Links never contain the invalid host %j',
    (host) => {
      const links = Links.forCall(createCall(host), { HOST: '127.0.0.1' });
      expect(links.baseUrl).toBe('http://127.0.0.1:3000');
    },
  );

  it.each([
    ['https', 'https://press.local/status/7'],
    ['javascript:alert(1)//', 'http://press.local/status/7'],
  ])(
    'Links use the scheme http unless the call used https (called with %j)',
    (scheme, expectedUrl) => {
      // Behind a proxy, the scheme is the value of X-Forwarded-Proto.
      expect(
        Links.forCall(createCall('press.local', scheme), { HOST: '127.0.0.1' }).statusUrl('7'),
      ).toBe(expectedUrl);
    },
  );

  it('Links to images start with S3_PUBLIC_URL for direct delivery', () => {
    const bucket = {
      HOST: '127.0.0.1',
      STORAGE: 's3',
      S3_PUBLIC_URL: 'https://cdn.example.com',
      S3_PREFIX: 'shop',
    } as const;
    const directLinks = Links.forCall(createCall('press.local'), bucket);
    expect(directLinks.imageUrl('a.jpg')).toBe('https://cdn.example.com/shop/a.jpg');
    expect(directLinks.statusUrl('7')).toBe('http://press.local/status/7');
    const redirectedLinks = Links.forCall(createCall('press.local'), {
      ...bucket,
      S3_DELIVERY: 'redirect',
    });
    expect(redirectedLinks.imageUrl('a.jpg')).toBe('http://press.local/images/a.jpg');
    const diskLinks = Links.forCall(createCall('press.local'), { ...bucket, STORAGE: 'disk' });
    expect(diskLinks.imageUrl('a.jpg')).toBe('http://press.local/images/a.jpg');
  });

  it('Links to images contain the encoded file name unless a bucket delivers the images', () => {
    const env = { HOST: '127.0.0.1', STORAGE: 's3', S3_PREFIX: '' } as const;
    const links = Links.forCall(createCall('press.local'), env);
    expect(links.imageUrl('0a/マグ-1.jpg')).toBe(
      'http://press.local/images/0a/%E3%83%9E%E3%82%B0-1.jpg',
    );
    const bucket = { ...env, S3_PUBLIC_URL: 'https://cdn.example.com' };
    expect(Links.forCall(createCall('press.local'), bucket).imageUrl('0a/マグ-1.jpg')).toBe(
      'https://cdn.example.com/0a.jpg',
    );
  });

  it('Links start with PUBLIC_URL, with or without a path and a trailing slash', () => {
    for (const url of ['https://example.com/press', 'https://example.com/press/']) {
      const links = Links.forCall(createCall('elsewhere'), { HOST: '127.0.0.1', PUBLIC_URL: url });
      expect(links.outputCsvUrl('7')).toBe('https://example.com/press/download/7');
      expect(links.errorsCsvUrl('7')).toBe('https://example.com/press/download/7/errors');
      expect(links.imageUrl('a.jpg')).toBe('https://example.com/press/images/a.jpg');
    }
  });
});
