import type { LookupAddress } from 'node:dns';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveFile, redirectTo } from '../../../../test/support/origin-behaviors.js';
import { OriginServer } from '../../../../test/support/origin-server.js';
import { createDownloader, createPoster } from '../../../../test/support/outbound.js';
import { systemResolver, type Resolver } from './resolve-host.js';

const targetPath = join(tmpdir(), `pressroom-never-written-${process.pid}`);
const body = Buffer.from('private');
/** Some systems resolve `localhost.` with the dot, so its address must be denied. */
const resolveWithoutDot: Resolver = (name) => systemResolver(name.replace(/\.$/, ''));
const createFailingResolver =
  (code: string): Resolver =>
  () =>
    Promise.reject(Object.assign(new Error(code), { code }));
let canary: OriginServer;
let allowedOrigin: OriginServer;

beforeEach(async () => {
  canary = await OriginServer.start();
  canary.on('/', serveFile(body));
  allowedOrigin = await OriginServer.start();
  allowedOrigin.on('/', serveFile(body));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await canary.close();
  await allowedOrigin.close();
});

/** Notations of loopback addresses, and IPv6 addresses that contain 127.0.0.1. */
const loopbackHosts = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '0x7f000001',
  '0x7f.1',
  '127.0.0.1.',
  '１２７.０.０.１',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  '0',
  '0.0.0.0',
  '127.255.255.254',
  'localhost',
  'localhost.',
  'LOCALHOST',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
];

describe('Downloader', () => {
  it.each(loopbackHosts)(
    'Downloader never connects to a private address written as %s',
    async (host) => {
      const url = `http://${host}:${canary.port}/`;
      const downloader = createDownloader({
        allow: allowedOrigin.allow,
        resolve: resolveWithoutDot,
      });
      await expect(downloader.download(url, { path: targetPath })).rejects.toMatchObject({
        code: 'address_denied',
        retry: 'never',
      });
      await expect(
        createPoster({ allow: allowedOrigin.allow, resolve: resolveWithoutDot }).post(
          url,
          '{}',
          {},
          { timeoutMs: 1000 },
        ),
      ).rejects.toMatchObject({ code: 'address_denied' });
      expect(canary.connectionCount).toBe(0);
    },
  );

  it.each(loopbackHosts)(
    'Downloader never follows a redirect to the private address %s',
    async (host) => {
      allowedOrigin.on('/r', redirectTo(`http://${host}:${canary.port}/`));
      await expect(
        createDownloader({ allow: allowedOrigin.allow, resolve: resolveWithoutDot }).download(
          allowedOrigin.url('/r'),
          { path: targetPath },
        ),
      ).rejects.toMatchObject({ code: 'address_denied' });
      expect(canary.connectionCount).toBe(0);
    },
  );

  it('Downloader never connects to a private address over https', async () => {
    const url = `https://127.0.0.1:${canary.port}/`;
    await expect(createDownloader({}).download(url, { path: targetPath })).rejects.toMatchObject({
      code: 'address_denied',
    });
    const namedUrl = `https://localhost:${canary.port}/`;
    await expect(
      createDownloader({}).download(namedUrl, { path: targetPath }),
    ).rejects.toMatchObject({
      code: 'address_denied',
    });
    expect(canary.connectionCount).toBe(0);
  });

  const loopback: LookupAddress = { address: '127.0.0.1', family: 4 };
  it.each<[string, LookupAddress[]]>([
    ['to 127.0.0.1', [loopback]],
    ['to a public and a private address', [{ address: '93.184.216.34', family: 4 }, loopback]],
    ['to an IPv4-mapped address', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['to a link-local address with a zone ID', [{ address: 'fe80::1%lo', family: 6 }]],
  ])(
    'Downloader never connects to a private address through a name that resolves %s',
    async (_description, addresses) => {
      const downloader = createDownloader({ resolve: () => Promise.resolve(addresses) });
      const url = `http://shop.example:${canary.port}/`;
      await expect(downloader.download(url, { path: targetPath })).rejects.toMatchObject({
        code: 'address_denied',
        message: expect.not.stringContaining('127.0.0.1'),
      });
      expect(canary.connectionCount).toBe(0);
    },
  );

  it('Downloader never connects to a private address through a name whose address changes after the check', async () => {
    const addresses = [[loopback], [{ address: '127.0.0.2', family: 4 }]];
    const resolve = vi.fn<Resolver>(() => Promise.resolve(addresses.shift()!));
    const downloader = createDownloader({ allow: allowedOrigin.allow, resolve });
    allowedOrigin.on('/a', serveFile(body));
    await downloader.download(`http://shop.example:${allowedOrigin.port}/a`, { path: targetPath });
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it('Downloader never connects to a private address through a proxy from the environment', async () => {
    for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'all_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, canary.url('/'));
    }
    await createDownloader({ allow: allowedOrigin.allow }).download(allowedOrigin.url('/'), {
      path: targetPath,
    });
    await createPoster({ allow: allowedOrigin.allow }).post(
      allowedOrigin.url('/'),
      '{}',
      {},
      { timeoutMs: 1000 },
    );
    expect(canary.connectionCount).toBe(0);
    expect(allowedOrigin.connectionCount).toBe(2);
  });

  it('Downloader never connects to a private address if only another port is allowed', async () => {
    await createDownloader({ allow: allowedOrigin.allow }).download(allowedOrigin.url('/'), {
      path: targetPath,
    });
    await expect(
      createDownloader({ allow: allowedOrigin.allow }).download(canary.url('/'), {
        path: targetPath,
      }),
    ).rejects.toMatchObject({ code: 'address_denied' });
    expect(canary.connectionCount).toBe(0);
  });
});

describe('A URL', () => {
  it.each(
    [
      ['not a url', 'url_invalid'],
      ['/relative.jpg', 'url_invalid'],
      ['ftp://example.com/a.jpg', 'url_invalid'],
      ['file:///etc/passwd', 'url_invalid'],
      ['data:image/png;base64,AAAA', 'url_invalid'],
      ['http://user@example.com/', 'url_invalid'],
      ['http://user:pass@example.com/', 'url_invalid'],
      ['http://[fe80::1%25eth0]/', 'url_invalid'],
      ['http://256.0.0.1/', 'url_invalid'],
      [`http://example.com/${'a'.repeat(8192)}`, 'url_invalid'],
      ['http://no-such-host.invalid/', 'host_not_found'],
    ].map(([url, code]) => [url.slice(0, 40), code, url]),
  )('A URL such as %s is rejected with %s', async (_start, code, url) => {
    const resolve = createFailingResolver('ENOTFOUND');
    await expect(
      createDownloader({ resolve }).download(url, { path: targetPath }),
    ).rejects.toMatchObject({
      code,
      retry: 'never',
    });
  });

  it('A URL whose name server is unavailable is retried later', async () => {
    const resolve = createFailingResolver('EAI_AGAIN');
    await expect(
      createDownloader({ resolve }).download('http://example.com/', { path: targetPath }),
    ).rejects.toMatchObject({ code: 'name_server_unavailable', retry: 'later' });
  });
});

describe('A host name', () => {
  it('A host name that a fake-IP proxy resolves is denied with a message about fake-IP DNS', async () => {
    const resolve: Resolver = () => Promise.resolve([{ address: '198.18.0.7', family: 4 }]);
    const downloader = createDownloader({ resolve });
    await expect(
      downloader.download('http://shop.example/', { path: targetPath }),
    ).rejects.toMatchObject({
      code: 'address_denied',
      message: expect.stringMatching(/fake-IP DNS/),
    });
  });
});
