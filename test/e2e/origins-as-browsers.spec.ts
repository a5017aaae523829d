import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { HostileFixture } from '../support/hostile-fixture.js';
import {
  disconnectAfter,
  serveFile,
  sendWrongContentLength,
  redirectTo,
  sendStatus,
} from '../support/origin-behaviors.js';
import type { Behavior } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';

const bench = HostileFixture.forThisFile({ IMAGE_ATTEMPTS: '2', IMAGE_RETRY_SECONDS: '0' });

/** A proxy that lost the rest, and ends the body normally. */
const cutInChunks =
  (body: Buffer, share: number): Behavior =>
  (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'image/jpeg' })
      .end(body.subarray(0, Math.floor(body.length * share)));

it('An image that a browser can show is completed despite a misbehaving server', async () => {
  const image = await photograph(400, 300).jpeg({ quality: 95 }).toBuffer();
  const behaviors: Record<string, Behavior> = {
    '/created.jpg': (_request, response) => void response.writeHead(201).end(image),
    '/gzip.jpg': serveFile(gzipSync(image), { 'content-encoding': 'gzip' }),
    '/aws-chunked.jpg': serveFile(image, { 'content-encoding': 'aws-chunked' }),
    '/length-too-long.jpg': sendWrongContentLength(image, image.length + 37),
    '/length-too-short.jpg': sendWrongContentLength(image, 3000),
    '/malformed.jpg': (_request, response) =>
      void response.socket!.end(
        Buffer.concat([
          Buffer.from('HTTP/1.1 200 OK\r\nX-Frame-Options="ALLOW-FORM: a"\r\n'),
          Buffer.from(`Content-Length: ${image.length}\r\n\r\n`),
          image,
        ]),
      ),
  };
  for (const [path, behavior] of Object.entries(behaviors)) bench.origin.on(path, behavior);
  bench.origin.onSequence('/cut-once.jpg', cutInChunks(image, 0.6), serveFile(image));
  bench.origin.onSequence('/522.jpg', sendStatus(522), serveFile(image));
  bench.origin.onSequence('/202.jpg', sendStatus(202), serveFile(image));
  bench.origin.onSequence('/430.jpg', sendStatus(430, { 'retry-after': '1.0' }), serveFile(image));
  bench.origin.on('/0', serveFile(image));
  for (let hop = 1; hop <= 10; hop += 1) bench.origin.on(`/${hop}`, redirectTo(`/${hop - 1}`));

  const paths = [
    ...Object.keys(behaviors),
    '/cut-once.jpg',
    '/522.jpg',
    '/202.jpg',
    '/430.jpg',
    '/10',
  ];
  const urls = paths.map((path) => bench.origin.url(path));
  const outcomes = await bench.processUrls(urls);
  expect(outcomes).toEqual(Object.fromEntries(urls.map((url) => [url, 'completed'])));
});

it('A URL without a protocol is downloaded over HTTP if the server does not support HTTPS', async () => {
  const photo = await photograph(40, 30).jpeg().toBuffer();
  bench.origin.on('/no-protocol.jpg', serveFile(photo)).on('/named.jpg', serveFile(photo));
  const { host } = new URL(bench.origin.url('/'));
  const outcomes = await bench.processUrls([
    `//${host}/no-protocol.jpg`,
    `//${host}/missing.jpg`,
    `https://${host}/named.jpg`,
  ]);
  expect(outcomes).toEqual({
    [`https://${host}/no-protocol.jpg`]: 'completed',
    [`https://${host}/missing.jpg`]: 'http_404',
    [`https://${host}/named.jpg`]: 'response_invalid',
  });
  expect(bench.origin.countRequests('/named.jpg')).toBe(0);
});

it('A damaged image is downloaded twice before it fails', async () => {
  const image = await photograph(400, 300).jpeg({ quality: 95 }).toBuffer();
  bench.origin.on('/always-cut.jpg', cutInChunks(image, 0.6));
  bench.origin.on('/broken-off.jpg', disconnectAfter(image, 3000));
  const [cut, reset] = ['/always-cut.jpg', '/broken-off.jpg'].map((path) => bench.origin.url(path));
  expect(await bench.processUrls([cut, reset])).toEqual({
    [cut]: 'image_truncated',
    [reset]: 'download_truncated',
  });
  expect(bench.origin.countRequests('/always-cut.jpg')).toBe(2);
});

it('A response that is not an image fails with a specific reason', async () => {
  const page =
    (code: number, body: string, headers: Record<string, string> = {}): Behavior =>
    (_request, response) =>
      void response.writeHead(code, { 'content-type': 'text/html', ...headers }).end(body);
  const expired =
    '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
  bench.origin
    .on('/expired.jpg', page(403, expired, { 'content-type': 'application/xml' }))
    .on('/challenge.jpg', page(403, '<html>x</html>', { 'cf-mitigated': 'challenge' }))
    .on('/challenge-503.jpg', page(503, '<html><title>Just a moment...</title></html>'))
    .on('/blocked.jpg', page(403, 'error code: 1020', { 'content-type': 'text/plain' }))
    .on('/private.jpg', redirectTo('/login?next=private'))
    .on('/login', page(200, '<!doctype html><html><form>Sign in</form></html>'))
    .on('/page.jpg', page(200, '<!doctype html><html>Our offers</html>'));
  const expected = {
    '/expired.jpg': 'link_expired',
    '/challenge.jpg': 'bot_challenge',
    '/challenge-503.jpg': 'bot_challenge',
    '/blocked.jpg': 'bot_challenge',
    '/private.jpg': 'sign_in_page',
    '/page.jpg': 'html_instead_of_image',
  };
  const outcomes = await bench.processUrls(
    Object.keys(expected).map((path) => bench.origin.url(path)),
  );
  expect(outcomes).toEqual(
    Object.fromEntries(
      Object.entries(expected).map(([path, code]) => [bench.origin.url(path), code]),
    ),
  );
  // It neither pauses the host nor causes another attempt.
  expect(bench.origin.countRequests('/challenge-503.jpg')).toBe(1);
});

it('The status and the statistics warn about the same image from 30 different URLs', async () => {
  const image = await photograph(120, 90).jpeg({ quality: 95 }).toBuffer();
  const urls = Array.from({ length: 30 }, (_, i) => bench.origin.url(`/placeholder/${i}.jpg`));
  for (let i = 0; i < 30; i += 1) bench.origin.on(`/placeholder/${i}.jpg`, serveFile(image));
  const id = await bench.app.api.uploadAccepted(bench.buildCatalog([...urls, bench.validUrl]));
  await bench.app.api.waitUntilFinal(id, 60_000);
  const warnings = [
    {
      code: 'placeholder_suspected',
      host: new URL(bench.validUrl).host,
      urls: 30,
      example_url: bench.origin.url('/placeholder/0.jpg'),
      message: expect.stringContaining('30 different URLs'),
    },
  ];
  const { body } = await bench.app.api.getJson(`/requests/${id}/statistics`);
  expect(body.warnings).toEqual(warnings);
  expect(await bench.app.api.getStatus(id)).toMatchObject({ warnings });
});
