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

describe('A download that fails', () => {
  const encoded = { 'content-encoding': 'gzip' };
  const unknown = { 'content-encoding': 'aws-chunked' };
  const zipped = gzipSync(content);
  const bomb = gzipSync(Buffer.alloc(500_000_000));
  /** Empty stored blocks: an endless stream that decodes to 0 bytes. */
  const gzipWithoutEnd: Behavior = (_request, response) => {
    response.writeHead(200, encoded);
    response.write(Buffer.from('1f8b0800000000000003', 'hex'));
    const empty = Buffer.alloc(64_000, Buffer.from([0, 0, 0, 0xff, 0xff]));
    const pump = () => {
      while (!response.destroyed && response.write(empty));
    };
    response.on('drain', pump);
    pump();
  };

  it.each([
    ['is cut off', disconnectAfter(content, 50_000), {}, 'download_truncated', 'later'],
    [
      'is shorter than announced',
      sendWrongContentLength(content, 200_000),
      {},
      'download_truncated',
      'later',
    ],
    [
      'announces too many bytes',
      serveFile(content),
      { maxBytes: 99_999 },
      'download_too_large',
      'never',
    ],
    ['has no end', sendEndlessBody(), {}, 'download_too_large', 'never'],
    [
      'is too slow',
      sendSlowly(content, 1, 10),
      { minBytesPerSecond: 1e4, minSpeedWindowMs: 100 },
      'download_too_slow',
      'later',
    ],
    [
      'exceeds the time limit',
      sendSlowly(content, 1, 10),
      { timeoutMs: 150 },
      'download_timed_out',
      'later',
    ],
    ['is never answered', neverRespond(), { timeoutMs: 100 }, 'download_timed_out', 'later'],
    ['is not valid gzip', serveFile(content, encoded), {}, 'content_encoding_invalid', 'never'],
    [
      'is in an unknown coding',
      serveFile(content, unknown),
      {},
      'content_encoding_unsupported',
      'never',
    ],
    ['is too large when decoded', serveFile(bomb, encoded), {}, 'download_too_large', 'never'],
    ['is gzip without an end', gzipWithoutEnd, {}, 'download_too_large', 'never'],
    [
      'is gzip that is cut off',
      disconnectAfter(zipped, 50_000, encoded),
      {},
      'download_truncated',
      'later',
    ],
    ['does not exist', sendStatus(404), {}, 'http_404', 'never'],
    ['is partial', sendStatus(206), {}, 'http_206', 'never'],
    ['has no content', sendStatus(204), {}, 'http_204', 'never'],
    ['causes a server error', sendStatus(500), {}, 'http_500', 'later'],
    ['is redirected in a loop', redirectTo('/x'), {}, 'redirect_limit', 'never'],
    ['is redirected to an empty URL', redirectTo(''), {}, 'redirect_invalid', 'never'],
    ['is redirected to a file', redirectTo('file:///etc/passwd'), {}, 'redirect_invalid', 'never'],
    [
      'is redirected with a password',
      redirectTo('//u:p@127.0.0.1/'),
      {},
      'redirect_invalid',
      'never',
    ],
  ] as const)(
    'A download that fails because it %s reports a code and leaves no file',
    async (_description, behavior, limits, code, retry) => {
      downloads.origin.on('/x', behavior);
      await expect(downloads.downloadPath('/x', limits)).rejects.toMatchObject({ code, retry });
      expect(existsSync(downloads.target)).toBe(false);
    },
  );

  it('A download that fails because the server does not speak HTTP reports response_invalid', async () => {
    downloads.origin.on('/x', (request) => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    await expect(downloads.downloadPath('/x')).rejects.toMatchObject({ code: 'response_invalid' });
  });

  it('A download that fails because no server listens is retried later', async () => {
    const downloader = createDownloader({ allow: '127.0.0.1/32:1' });
    await expect(
      downloader.download('http://127.0.0.1:1/', { to: downloads.target }),
    ).rejects.toMatchObject({
      code: 'connection_refused',
      retry: 'later',
    });
  });

  it('A download respects Retry-After and counts no attempt when it is rate-limited', async () => {
    downloads.origin.on('/x', sendStatus(503, { 'retry-after': '7' }));
    const downloader = downloads.createDownloader();
    await expect(
      downloader.download(downloads.origin.url('/x'), { to: downloads.target }),
    ).rejects.toMatchObject({
      code: 'host_rate_limited',
      retry: 'uncounted',
      retryAfterMs: expect.closeTo(5000, -2),
    });
    // The whole host is paused.
    await expect(
      downloader.download(downloads.origin.url('/y'), { to: downloads.target }),
    ).rejects.toMatchObject({
      code: 'host_rate_limited',
    });
    expect(downloads.origin.requests).toHaveLength(1);
  });
});
