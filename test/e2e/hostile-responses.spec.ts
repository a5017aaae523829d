import { randomBytes } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { HostileFixture } from '../support/hostile-fixture.js';
import {
  disconnectAfter,
  sendSlowly,
  sendEndlessBody,
  serveFile,
  sendHtmlPage,
  sendWrongContentLength,
  neverRespond,
  redirectTo,
} from '../support/origin-behaviors.js';
import type { Behavior } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { LivenessMonitor } from '../support/liveness-monitor.js';

const bench = HostileFixture.forThisFile({
  DOWNLOAD_TIMEOUT_SECONDS: '8',
  DOWNLOAD_CONCURRENCY_PER_HOST: '32',
  MAX_IMAGE_BYTES: '4000000',
});

const raw =
  (bytes: string | Buffer): Behavior =>
  (_request, response) =>
    void response.socket?.end(bytes);

const endlessHeaders: Behavior = (_request, response) => {
  const { socket } = response;
  socket?.write('HTTP/1.1 200 OK\r\n');
  const timer = setInterval(() => socket?.write(`x-${Math.random()}: ${'y'.repeat(4000)}\r\n`), 1);
  socket?.on('close', () => clearInterval(timer)).on('error', () => undefined);
};

it('The app keeps running after slow, endless, malformed, compressed and non-HTTP responses', async () => {
  const photo = await photograph(400, 300).jpeg({ quality: 95 }).toBuffer();
  const encoded = (encoding: string, body: Buffer) =>
    serveFile(body, { 'content-encoding': encoding });
  const answers: Record<string, [Behavior, RegExp]> = {
    never: [neverRespond(), /^download_timed_out$/],
    sendSlowly: [sendSlowly(photo, 1, 200), /^download_(timed_out|too_slow)$/],
    endless: [sendEndlessBody(), /^download_too_large$/],
    'too-short': [sendWrongContentLength(photo, photo.length * 2), /^completed$/],
    'too-long': [
      // The second download reads to the end of the connection, unless the others have opened the breaker.
      sendWrongContentLength(photo, 1000),
      /^(completed|download_timed_out)$/,
    ],
    'length-of-a-terabyte': [
      raw('HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\nabc'),
      /^download_too_large$/,
    ],
    'length-of-nothing': [serveFile(photo, { 'content-length': 0 }), /^completed$/],
    'cut-off': [disconnectAfter(photo, 500), /^download_truncated$/],
    empty: [serveFile(Buffer.alloc(0)), /^empty_file$/],
    gzip: [encoded('gzip', gzipSync(photo)), /^completed$/],
    'gzip-bomb': [encoded('gzip', gzipSync(Buffer.alloc(100_000_000))), /^download_too_large$/],
    brotli: [encoded('br', brotliCompressSync(photo)), /^completed$/],
    'not-gzip': [encoded('gzip', photo), /^content_encoding_invalid$/],
    'twice-gzip': [encoded('gzip, gzip', gzipSync(gzipSync(photo))), /^completed$/],
    'no-http': [raw('220 smtp ready\r\n'), /^response_invalid$/],
    noise: [raw(randomBytes(4096)), /^(response_invalid|connection_\w+)$/],
    'status-of-letters': [raw('HTTP/1.1 abc OK\r\n\r\n'), /^response_invalid$/],
    'two-lengths': [
      raw('HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 9\r\n\r\nabcd'),
      /^response_invalid$/,
    ],
    'bad-chunks': [
      raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\nabc'),
      /^(response_invalid|download_truncated|connection_\w+)$/,
    ],
    'endless-headers': [endlessHeaders, /^(response_invalid|connection_\w+)$/],
    'endless-redirects': [redirectTo('/endless-redirects'), /^redirect_limit$/],
    'redirect-to-nothing': [redirectTo(''), /^(redirect_invalid|redirect_limit|http_302)$/],
    'web-page': [sendHtmlPage(), /^html_instead_of_image$/],
    'partial-content': [
      (_request, response) =>
        void response
          .writeHead(206, { 'content-range': `bytes 0-9/${photo.length}` })
          .end(photo.subarray(0, 10)),
      /^(http_206|image_\w+|not_an_image)$/,
    ],
  };
  for (const [name, [behavior]] of Object.entries(answers)) bench.origin.on(`/${name}`, behavior);

  const urls = Object.keys(answers).map((name) => bench.origin.url(`/${name}`));
  const outcomes = await LivenessMonitor.during(bench.app, () =>
    bench.processUrls([...urls, bench.validUrl]),
  );
  for (const [name, [, expected]] of Object.entries(answers)) {
    expect([name, outcomes[bench.origin.url(`/${name}`)]]).toEqual([
      name,
      expect.stringMatching(expected),
    ]);
  }
  expect(outcomes[bench.validUrl]).toBe('completed');
});
