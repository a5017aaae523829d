import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../test/support/free-port.js';
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

  it('A download uses one connection for many files from one host', async () => {
    downloads.origin.on('/a.jpg', serveFile(content));
    const downloader = downloads.createDownloader();
    for (let i = 0; i < 5; i += 1)
      await downloader.download(downloads.origin.url('/a.jpg'), { to: downloads.target });
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
    await downloader.download(downloads.origin.url('/a.jpg'), { to: downloads.target });
    await expect(
      downloader.download(downloads.origin.url('/a.jpg'), { to: downloads.target }),
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

  it('A download stops on an abort with the reason of the signal', async () => {
    downloads.origin.on('/a.jpg', neverRespond());
    const reason = new Error('lease lost');
    const downloader = downloads.createDownloader();
    const stopped = downloader.download(downloads.origin.url('/a.jpg'), {
      to: downloads.target,
      signal: AbortSignal.timeout(50),
    });
    await expect(stopped).rejects.toMatchObject({ name: 'TimeoutError' });
    const signal = AbortSignal.abort(reason);
    await expect(
      downloader.download(downloads.origin.url('/a.jpg'), { to: downloads.target, signal }),
    ).rejects.toBe(reason);
  });

  it('A download stops on an abort while it connects, even without a reason', async () => {
    const port = await freePort();
    const silent = await UnresponsivePort.open('127.0.0.1', port);
    try {
      const stop = new AbortController();
      const stopped = createDownloader({ allow: `127.0.0.1/32:${port}` }).download(
        `http://127.0.0.1:${port}/a.jpg`,
        { to: downloads.target, signal: stop.signal },
      );
      await setImmediate();
      stop.abort();
      await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    } finally {
      await silent.close();
    }
  });

  it('A download that cannot write its file reports the disk and counts no attempt', async () => {
    downloads.origin.on('/a.jpg', serveFile(content));
    const downloader = downloads.createDownloader();
    await expect(
      downloader.download(downloads.origin.url('/a.jpg'), {
        to: join(downloads.folder, 'absent', 'part'),
      }),
    ).rejects.toMatchObject({ code: 'download_not_written', retry: 'uncounted' });
  });

  it('A download accepts the declared bytes and drops any bytes after them', async () => {
    downloads.origin.on('/x', sendWrongContentLength(content, 1000));
    await expect(downloads.downloadPath('/x')).resolves.toMatchObject({ bytes: 1000 });
  });

  it('A download requests the path and query that Chromium sends', async () => {
    await downloads.downloadPath(`/a|b"^.jpg?q=|"'^`).catch(() => undefined);
    expect(downloads.origin.requests[0].path).toBe('/a%7Cb%22%5E.jpg?q=|%22%27^');
  });

  it('A download requests a URL of 8 KB', async () => {
    const long = `/a.jpg?token=${'t'.repeat(8000)}`;
    downloads.origin.on('/a.jpg', serveFile(content)).on('/short', redirectTo(long));
    await expect(downloads.downloadPath(long)).resolves.toMatchObject({ bytes: content.length });
    await expect(downloads.downloadPath('/short')).resolves.toMatchObject({
      finalUrl: downloads.origin.url(long),
    });
  });
});
