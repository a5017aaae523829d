import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { serveFile, redirectTo } from '../../../../test/support/origin-behaviors.js';
import { DownloadFixture } from '../../../../test/support/download-fixture.js';
import { getWithRedirects } from './follow-redirects.js';

const content = randomBytes(100_000);
const downloads = DownloadFixture.forThisFile();

describe('Redirects', () => {
  it('Redirects are followed up to the limit, including relative ones', async () => {
    downloads.origin.on('/1', redirectTo('/2', 301)).on('/2', redirectTo('3', 303));
    downloads.origin
      .on('/3', redirectTo(downloads.origin.url('/a.jpg'), 300))
      .on('/a.jpg', serveFile(content));
    await expect(downloads.downloadPath('/1', { maxRedirects: 3 })).resolves.toMatchObject({
      finalUrl: downloads.origin.url('/a.jpg'),
    });
    await expect(downloads.downloadPath('/1', { maxRedirects: 2 })).rejects.toMatchObject({
      code: 'redirect_limit',
    });
  });

  it('Redirected requests send the cookies that an earlier response set', async () => {
    downloads.origin.on('/guarded.jpg', (request, response) => {
      const { cookie } = request.headers;
      if (cookie === 'seen=1') return serveFile(content)(request, response);
      return redirectTo('/guarded.jpg', 307, { 'set-cookie': ['seen=1; Path=/', 'x=2; Path=/no'] })(
        request,
        response,
      );
    });
    const downloader = downloads.createDownloader();
    await downloader.download(downloads.origin.url('/guarded.jpg'), { path: downloads.target });
    await downloader.download(downloads.origin.url('/guarded.jpg'), { path: downloads.target });
    // Each download starts without cookies.
    expect(downloads.origin.requests.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      'seen=1',
      undefined,
      'seen=1',
    ]);
  });

  it('Redirects to paths with non-ASCII letters are followed', async () => {
    downloads.origin.on('/1', redirectTo('/grün.jpg')).on('/gr%C3%BCn.jpg', serveFile(content));
    await expect(downloads.downloadPath('/1')).resolves.toMatchObject({
      finalUrl: downloads.origin.url('/gr%C3%BCn.jpg'),
    });
  });

  it('Redirects from https to http are not followed by default', async () => {
    const response = {
      status: 301,
      header: () => 'http://example.com/',
      setCookie: [],
      body: new PassThrough(),
    };
    const http = { send: () => Promise.resolve(response) } as never;
    const { signal } = new AbortController();
    await expect(
      getWithRedirects(http, new URL('https://example.com/'), { maxRedirects: 5, signal }),
    ).rejects.toMatchObject({ code: 'redirect_insecure', retry: 'never' });
  });
});
