import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Behavior } from '../../../../test/support/origin-server.js';
import { photograph } from '../../../../test/support/sample-images.js';
import { DownloadFixture } from '../../../../test/support/download-fixture.js';

const downloads = DownloadFixture.forThisFile();
const STALL = { stallMs: 50, timeoutMs: 15_000, minBytesPerSecond: 0 };

/** Sends a response and leaves the connection open. */
const leaveOpen =
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

  it('A download whose connection stays open ends with the complete image', async () => {
    const longer = (bytes: Buffer) => `Content-Length: ${bytes.length + 37}`;
    const coded = gzipSync(jpeg);
    const size = Buffer.from(`${jpeg.length.toString(16)}\r\n`);
    const behaviors: Record<string, [Behavior, Buffer]> = {
      '/longer.jpg': [leaveOpen([longer(jpeg)], jpeg), jpeg],
      '/without-length.jpg': [leaveOpen([], jpeg), jpeg],
      '/chunked.jpg': [leaveOpen(['Transfer-Encoding: chunked'], size, jpeg), jpeg],
      '/gzip.jpg': [leaveOpen(['Content-Encoding: gzip', longer(coded)], coded), jpeg],
      '/longer.gif': [leaveOpen([longer(gif)], gif), gif],
    };
    for (const [path, [behavior, expected]] of Object.entries(behaviors)) {
      downloads.origin.on(path, behavior);
      await downloads.downloadPath(path, STALL);
      const isWhole = expected.equals(await readFile(downloads.target));
      expect({ path, isWhole }).toEqual({ path, isWhole: true });
    }
  });

  it('A download whose connection stays open fails if the image is incomplete', async () => {
    const length = `Content-Length: ${jpeg.length}`;
    downloads.origin.on('/cut.jpg', leaveOpen([length], jpeg.subarray(0, -100)));
    await expect(
      downloads.downloadPath('/cut.jpg', { ...STALL, timeoutMs: 1000 }),
    ).rejects.toMatchObject({ code: 'download_timed_out' });
  });
});
