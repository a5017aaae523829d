import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { findFreePort } from '../../../test/support/free-port.js';
import {
  serveFile,
  sendWrongContentLength,
  neverRespond,
  redirectTo,
} from '../../../test/support/origin-behaviors.js';
import { createDownloader } from '../../../test/support/outbound.js';
import { DownloadFixture } from '../../../test/support/download-fixture.js';
import { UnresponsivePort } from '../../../test/support/unresponsive-port.js';

const content = randomBytes(100_000);
const downloads = DownloadFixture.forThisFile();

describe('A download', () => {
  it('A download writes the file and returns its size and headers', async () => {
    downloads.origin.on(
      '/a.jpg',
      serveFile(content, { etag: '"v1"', 'last-modified': 'Mon, 01 Jan 2024' }),
    );
    await expect(downloads.downloadPath('/a.jpg')).resolves.toEqual({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      contentType: 'image/jpeg',
      etag: '"v1"',
      lastModified: 'Mon, 01 Jan 2024',
      finalUrl: downloads.origin.url('/a.jpg'),
      status: 200,
    });
    expect(content.equals(await readFile(downloads.target))).toBe(true);
  });

  it('A download sends the user agent and requests unencoded bytes', async () => {
    downloads.origin.on('/a.jpg', serveFile(content));
    await downloads.downloadPath('/a.jpg');
    expect(downloads.origin.requests[0].headers).toMatchObject({
      'user-agent': expect.stringMatching(/^Pressroom\/\d/),
      'accept-encoding': 'identity',
    });
  });

  it('A downloader reuses one connection for several files from one host', async () => {
    downloads.origin.on('/a.jpg', serveFile(content));
    const downloader = downloads.createDownloader();
    for (let i = 0; i < 5; i += 1)
      await downloader.download(downloads.origin.url('/a.jpg'), { path: downloads.target });
    expect(downloads.origin.connectionCount).toBe(1);
  });

  it('A download retries once if the server has closed a keep-alive connection', async () => {
    downloads.origin.onSequence(
      '/a.jpg',
      serveFile(content),
      (request) => request.socket.destroy(),
      serveFile(content),
    );
    const downloader = downloads.createDownloader();
    await downloader.download(downloads.origin.url('/a.jpg'), { path: downloads.target });
    await expect(
      downloader.download(downloads.origin.url('/a.jpg'), { path: downloads.target }),
    ).resolves.toMatchObject({
      status: 200,
    });
  });

  it('A download accepts a file of exactly the maximum size', async () => {
    downloads.origin.on('/a.jpg', serveFile(content));
    await expect(
      downloads.downloadPath('/a.jpg', { maxBytes: content.length }),
    ).resolves.toBeDefined();
  });

  it('An aborted download rejects with the reason of the signal', async () => {
    downloads.origin.on('/a.jpg', neverRespond());
    const reason = new Error('lease lost');
    const downloader = downloads.createDownloader();
    const download = downloader.download(downloads.origin.url('/a.jpg'), {
      path: downloads.target,
      signal: AbortSignal.timeout(50),
    });
    await expect(download).rejects.toMatchObject({ name: 'TimeoutError' });
    const signal = AbortSignal.abort(reason);
    await expect(
      downloader.download(downloads.origin.url('/a.jpg'), { path: downloads.target, signal }),
    ).rejects.toBe(reason);
  });

  it('A download aborted while connecting rejects with an AbortError', async () => {
    const port = await findFreePort();
    const unresponsivePort = await UnresponsivePort.open('127.0.0.1', port);
    try {
      const controller = new AbortController();
      const download = createDownloader({ allow: `127.0.0.1/32:${port}` }).download(
        `http://127.0.0.1:${port}/a.jpg`,
        { path: downloads.target, signal: controller.signal },
      );
      await setImmediate();
      controller.abort();
      await expect(download).rejects.toMatchObject({ name: 'AbortError' });
    } finally {
      await unresponsivePort.close();
    }
  });

  it('A download that cannot write its file fails with download_not_written and is not counted as an attempt', async () => {
    downloads.origin.on('/a.jpg', serveFile(content));
    const downloader = downloads.createDownloader();
    await expect(
      downloader.download(downloads.origin.url('/a.jpg'), {
        path: join(downloads.folder, 'absent', 'part'),
      }),
    ).rejects.toMatchObject({ code: 'download_not_written', retry: 'uncounted' });
  });

  it('A download keeps the declared number of bytes and drops any further bytes', async () => {
    downloads.origin.on('/x', sendWrongContentLength(content, 1000));
    await expect(downloads.downloadPath('/x')).resolves.toMatchObject({ bytes: 1000 });
  });

  it('A download requests the path and query that Chromium sends', async () => {
    await downloads.downloadPath(`/a|b"^.jpg?q=|"'^`).catch(() => undefined);
    expect(downloads.origin.requests[0].path).toBe('/a%7Cb%22%5E.jpg?q=|%22%27^');
  });

  it('A download accepts an 8 KB URL, even in a redirect', async () => {
    const longPath = `/a.jpg?token=${'t'.repeat(8000)}`;
    downloads.origin.on('/a.jpg', serveFile(content)).on('/short', redirectTo(longPath));
    await expect(downloads.downloadPath(longPath)).resolves.toMatchObject({
      bytes: content.length,
    });
    await expect(downloads.downloadPath('/short')).resolves.toMatchObject({
      finalUrl: downloads.origin.url(longPath),
    });
  });
});
