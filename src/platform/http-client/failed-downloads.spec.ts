import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  disconnectAfter,
  sendSlowly,
  sendEndlessBody,
  serveFile,
  sendWrongContentLength,
  neverRespond,
  redirectTo,
  sendStatus,
} from '../../../test/support/origin-behaviors.js';
import { type Behavior } from '../../../test/support/origin-server.js';
import { createDownloader } from '../../../test/support/outbound.js';
import { DownloadFixture } from '../../../test/support/download-fixture.js';

const content = randomBytes(100_000);
const downloads = DownloadFixture.forThisFile();

describe('A failed download', () => {
  const gzipHeaders = { 'content-encoding': 'gzip' };
  const unknownCodingHeaders = { 'content-encoding': 'aws-chunked' };
  const gzippedContent = gzipSync(content);
  const gzipBomb = gzipSync(Buffer.alloc(500_000_000));
  /** Sends empty stored blocks: an endless stream that decodes to 0 bytes. */
  const endlessGzip: Behavior = (_request, response) => {
    response.writeHead(200, gzipHeaders);
    response.write(Buffer.from('1f8b0800000000000003', 'hex'));
    const emptyBlocks = Buffer.alloc(64_000, Buffer.from([0, 0, 0, 0xff, 0xff]));
    const pump = () => {
      while (!response.destroyed && response.write(emptyBlocks));
    };
    response.on('drain', pump);
    pump();
  };

  it.each([
    [
      'the connection closes early',
      disconnectAfter(content, 50_000),
      {},
      'download_truncated',
      'later',
    ],
    [
      'the body is shorter than its Content-Length',
      sendWrongContentLength(content, 200_000),
      {},
      'download_truncated',
      'later',
    ],
    [
      'the Content-Length exceeds the size limit',
      serveFile(content),
      { maxBytes: 99_999 },
      'download_too_large',
      'never',
    ],
    ['the body never ends', sendEndlessBody(), {}, 'download_too_large', 'never'],
    [
      'the body arrives too slowly',
      sendSlowly(content, 1, 10),
      { minBytesPerSecond: 1e4, minSpeedWindowMs: 100 },
      'download_too_slow',
      'later',
    ],
    [
      'the time limit is exceeded',
      sendSlowly(content, 1, 10),
      { timeoutMs: 150 },
      'download_timed_out',
      'later',
    ],
    [
      'the server never responds',
      neverRespond(),
      { timeoutMs: 100 },
      'download_timed_out',
      'later',
    ],
    [
      'the body is not valid gzip',
      serveFile(content, gzipHeaders),
      {},
      'content_encoding_invalid',
      'never',
    ],
    [
      'the content coding is unknown',
      serveFile(content, unknownCodingHeaders),
      {},
      'content_encoding_unsupported',
      'never',
    ],
    [
      'the decoded body is too large',
      serveFile(gzipBomb, gzipHeaders),
      {},
      'download_too_large',
      'never',
    ],
    ['a gzip stream never ends', endlessGzip, {}, 'download_too_large', 'never'],
    [
      'a gzip stream ends early',
      disconnectAfter(gzippedContent, 50_000, gzipHeaders),
      {},
      'download_truncated',
      'later',
    ],
    ['the server returns 404', sendStatus(404), {}, 'http_404', 'never'],
    ['the server returns 206', sendStatus(206), {}, 'http_206', 'never'],
    ['the server returns 204', sendStatus(204), {}, 'http_204', 'never'],
    ['the server returns 500', sendStatus(500), {}, 'http_500', 'later'],
    ['redirects form a loop', redirectTo('/x'), {}, 'redirect_limit', 'never'],
    ['a redirect has an empty URL', redirectTo(''), {}, 'redirect_invalid', 'never'],
    [
      'a redirect leads to a file: URL',
      redirectTo('file:///etc/passwd'),
      {},
      'redirect_invalid',
      'never',
    ],
    [
      'a redirect URL contains a password',
      redirectTo('//u:p@127.0.0.1/'),
      {},
      'redirect_invalid',
      'never',
    ],
  ] as const)(
    'A download fails with an error code and leaves no file if %s',
    async (_description, behavior, limits, code, retry) => {
      downloads.origin.on('/x', behavior);
      await expect(downloads.downloadPath('/x', limits)).rejects.toMatchObject({ code, retry });
      expect(existsSync(downloads.target)).toBe(false);
    },
  );

  it('A download from a server that does not speak HTTP fails with response_invalid', async () => {
    downloads.origin.on('/x', (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await expect(downloads.downloadPath('/x')).rejects.toMatchObject({ code: 'response_invalid' });
  });

  it('A download fails with connection_refused, which is retried later, if no server listens on the port', async () => {
    const downloader = createDownloader({ allow: '127.0.0.1/32:1' });
    await expect(
      downloader.download('http://127.0.0.1:1/', { path: downloads.target }),
    ).rejects.toMatchObject({
      code: 'connection_refused',
      retry: 'later',
    });
  });

  it('A rate-limited download respects Retry-After and is not counted as an attempt', async () => {
    downloads.origin.on('/x', sendStatus(503, { 'retry-after': '7' }));
    const downloader = downloads.createDownloader();
    await expect(
      downloader.download(downloads.origin.url('/x'), { path: downloads.target }),
    ).rejects.toMatchObject({
      code: 'host_rate_limited',
      retry: 'uncounted',
      retryAfterMs: expect.closeTo(5000, -2),
    });
    // The whole host is paused.
    await expect(
      downloader.download(downloads.origin.url('/y'), { path: downloads.target }),
    ).rejects.toMatchObject({
      code: 'host_rate_limited',
    });
    expect(downloads.origin.requests).toHaveLength(1);
  });
});
