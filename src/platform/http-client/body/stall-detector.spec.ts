import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Behavior } from '../../../../test/support/origin-server.js';
import { photograph } from '../../../../test/support/sample-images.js';
import { DownloadFixture } from '../../../../test/support/download-fixture.js';

const downloads = DownloadFixture.forThisFile();
const STALL_LIMITS = { stallMs: 50, timeoutMs: 15_000, minBytesPerSecond: 0 };

/** Sends a response and leaves the connection open. */
const sendAndLeaveOpen =
  (head: string[], ...parts: Buffer[]): Behavior =>
  (request) => {
    const lines = ['HTTP/1.1 200 OK', 'Content-Type: image/jpeg', ...head, '', ''];
    request.socket.write(Buffer.concat([Buffer.from(lines.join('\r\n')), ...parts]));
  };

describe('A download whose connection stays open', () => {
  let jpeg: Buffer;
  let gif: Buffer;
  beforeAll(async () => {
    jpeg = await photograph(320, 240).jpeg({ quality: 95 }).toBuffer();
    gif = await photograph(64, 48).gif().toBuffer();
  });

  it('A download whose connection stays open succeeds once the image is complete', async () => {
    const excessiveLength = (bytes: Buffer) => `Content-Length: ${bytes.length + 37}`;
    const gzippedJpeg = gzipSync(jpeg);
    const chunkSizeLine = Buffer.from(`${jpeg.length.toString(16)}\r\n`);
    const behaviors: Record<string, [Behavior, Buffer]> = {
      '/longer.jpg': [sendAndLeaveOpen([excessiveLength(jpeg)], jpeg), jpeg],
      '/without-length.jpg': [sendAndLeaveOpen([], jpeg), jpeg],
      '/chunked.jpg': [sendAndLeaveOpen(['Transfer-Encoding: chunked'], chunkSizeLine, jpeg), jpeg],
      '/gzip.jpg': [
        sendAndLeaveOpen(['Content-Encoding: gzip', excessiveLength(gzippedJpeg)], gzippedJpeg),
        jpeg,
      ],
      '/longer.gif': [sendAndLeaveOpen([excessiveLength(gif)], gif), gif],
    };
    for (const [path, [behavior, expected]] of Object.entries(behaviors)) {
      downloads.origin.on(path, behavior);
      await downloads.downloadPath(path, STALL_LIMITS);
      const isWhole = expected.equals(await readFile(downloads.target));
      expect({ path, isWhole }).toEqual({ path, isWhole: true });
    }
  });

  it('A download whose connection stays open fails if the image is incomplete', async () => {
    const length = `Content-Length: ${jpeg.length}`;
    downloads.origin.on('/cut.jpg', sendAndLeaveOpen([length], jpeg.subarray(0, -100)));
    await expect(
      downloads.downloadPath('/cut.jpg', { ...STALL_LIMITS, timeoutMs: 1000 }),
    ).rejects.toMatchObject({ code: 'download_timed_out' });
  });

  it('A retry of a damaged download reads past a complete image until the connection ends', async () => {
    const trailer = Buffer.alloc(1000, 1);
    downloads.origin.on('/a.jpg', (request) => {
      request.socket.write(
        Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n'), jpeg]),
      );
      setTimeout(() => request.socket.end(trailer), 10 * STALL_LIMITS.stallMs);
    });
    const downloader = downloads.createDownloader(STALL_LIMITS);
    const target = { path: downloads.target, isRetry: true };
    await downloader.download(downloads.origin.url('/a.jpg'), target);
    const expected = Buffer.concat([jpeg, trailer]);
    expect(expected.equals(await readFile(downloads.target))).toBe(true);
  });
});
