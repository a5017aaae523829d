import { describe, expect, it } from 'vitest';
import { OutboundPolicy } from './outbound-policy.js';
import type { Resolver } from './resolve-host.js';
import { UrlCheck } from './public-url.js';

const names: Record<string, string> = {
  'public.example': '93.184.216.34',
  'private.example': '10.0.0.1',
};
const resolve: Resolver = (name) =>
  names[name]
    ? Promise.resolve([{ address: names[name], family: 4 }])
    : Promise.reject(Object.assign(new Error(), { code: 'ENOTFOUND' }));

const urlCheck = new UrlCheck(OutboundPolicy.fromText('127.0.0.1/32:9001'), resolve, 20);

describe('UrlCheck.assertPublicUrl()', () => {
  it.each([
    'https://public.example/hook',
    'http://8.8.8.8/',
    'http://127.0.0.1:9001/hook',
    'https://not-resolvable-from-here.example/',
  ])('UrlCheck.assertPublicUrl() accepts %s', async (url) => {
    await expect(urlCheck.assertPublicUrl(url)).resolves.toBeInstanceOf(URL);
  });

  it.each([
    ['http://127.0.0.1/', 'address_denied'],
    ['http://127.0.0.1:9002/', 'address_denied'],
    ['http://[::1]:9001/', 'address_denied'],
    ['http://0x7f.1/', 'address_denied'],
    ['https://private.example/', 'address_denied'],
    ['ftp://public.example/', 'url_invalid'],
    ['hook', 'url_invalid'],
  ])('UrlCheck.assertPublicUrl() rejects %s with %s', async (url, code) => {
    await expect(urlCheck.assertPublicUrl(url)).rejects.toMatchObject({ code, status: 400 });
  });

  it('UrlCheck.assertPublicUrl() accepts a URL if the name server does not respond in time', async () => {
    const urlCheck = new UrlCheck(new OutboundPolicy([]), () => new Promise(() => undefined), 20);
    await expect(urlCheck.assertPublicUrl('http://slow.example/')).resolves.toBeInstanceOf(URL);
  });
});
