import { randomBytes } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { HostileInputFixture } from '../support/hostile-input-fixture.js';
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

const fixture = HostileInputFixture.forThisFile({
  DOWNLOAD_TIMEOUT_SECONDS: '8',
  DOWNLOAD_CONCURRENCY_PER_HOST: '32',
  MAX_IMAGE_BYTES: '4000000',
});

const sendRaw =
  (bytes: string | Buffer): Behavior =>
  (_request, response) =>
    void response.socket?.end(bytes);

const sendEndlessHeaders: Behavior = (_request, response) => {
  const { socket } = response;
  socket?.write('HTTP/1.1 200 OK\r\n');
  const timer = setInterval(() => socket?.write(`x-${Math.random()}: ${'y'.repeat(4000)}\r\n`), 1);
  socket?.on('close', () => clearInterval(timer)).on('error', () => undefined);
};

it('The app keeps running after slow, endless, malformed, compressed and non-HTTP responses', async () => {
  const photo = await photograph(400, 300).jpeg({ quality: 95 }).toBuffer();
  const sendEncodedFile = (encoding: string, body: Buffer) =>
    serveFile(body, { 'content-encoding': encoding });
  const cases: Record<string, [Behavior, RegExp]> = {
    never: [neverRespond(), /^download_timed_out$/],
    slow: [sendSlowly(photo, 1, 200), /^download_(timed_out|too_slow)$/],
    endless: [sendEndlessBody(), /^download_too_large$/],
    'too-short': [sendWrongContentLength(photo, photo.length * 2), /^completed$/],
    'too-long': [
      // The second download reads until the connection ends, unless the circuit breaker is open by then.
      sendWrongContentLength(photo, 1000),
      /^(completed|download_timed_out)$/,
    ],
    'terabyte-length': [
      sendRaw('HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\nabc'),
      /^download_too_large$/,
    ],
    'zero-length': [serveFile(photo, { 'content-length': 0 }), /^completed$/],
    'cut-off': [disconnectAfter(photo, 500), /^download_truncated$/],
    empty: [serveFile(Buffer.alloc(0)), /^empty_file$/],
    gzip: [sendEncodedFile('gzip', gzipSync(photo)), /^completed$/],
    'gzip-bomb': [
      sendEncodedFile('gzip', gzipSync(Buffer.alloc(100_000_000))),
      /^download_too_large$/,
    ],
    brotli: [sendEncodedFile('br', brotliCompressSync(photo)), /^completed$/],
    'not-gzip': [sendEncodedFile('gzip', photo), /^content_encoding_invalid$/],
    'double-gzip': [sendEncodedFile('gzip, gzip', gzipSync(gzipSync(photo))), /^completed$/],
    'not-http': [sendRaw('220 smtp ready\r\n'), /^response_invalid$/],
    noise: [sendRaw(randomBytes(4096)), /^(response_invalid|connection_\w+)$/],
    'non-numeric-status': [sendRaw('HTTP/1.1 abc OK\r\n\r\n'), /^response_invalid$/],
    'two-lengths': [
      sendRaw('HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 9\r\n\r\nabcd'),
      /^response_invalid$/,
    ],
    'bad-chunks': [
      sendRaw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\nabc'),
      /^(response_invalid|download_truncated|connection_\w+)$/,
    ],
    'endless-headers': [sendEndlessHeaders, /^(response_invalid|connection_\w+)$/],
    'endless-redirects': [redirectTo('/endless-redirects'), /^redirect_limit$/],
    'empty-redirect': [redirectTo(''), /^(redirect_invalid|redirect_limit|http_302)$/],
    'web-page': [sendHtmlPage(), /^html_instead_of_image$/],
    'partial-content': [
      (_request, response) =>
        void response
          .writeHead(206, { 'content-range': `bytes 0-9/${photo.length}` })
          .end(photo.subarray(0, 10)),
      /^(http_206|image_\w+|not_an_image)$/,
    ],
  };
  for (const [name, [behavior]] of Object.entries(cases)) fixture.origin.on(`/${name}`, behavior);

  const urls = Object.keys(cases).map((name) => fixture.origin.url(`/${name}`));
  const outcomes = await LivenessMonitor.during(fixture.app, () =>
    fixture.processUrls([...urls, fixture.validUrl]),
  );
  for (const [name, [, expected]] of Object.entries(cases)) {
    expect([name, outcomes[fixture.origin.url(`/${name}`)]]).toEqual([
      name,
      expect.stringMatching(expected),
    ]);
  }
  expect(outcomes[fixture.validUrl]).toBe('completed');
});
