import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { HostileInputFixture } from '../support/hostile-input-fixture.js';
import {
  disconnectAfter,
  serveFile,
  sendWrongContentLength,
  redirectTo,
  sendStatus,
} from '../support/origin-behaviors.js';
import type { Behavior } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';

const fixture = HostileInputFixture.forThisFile({ IMAGE_ATTEMPTS: '2', IMAGE_RETRY_SECONDS: '0' });

/** Sends only the beginning of the body but ends the response normally, as a faulty proxy does. */
const sendTruncatedBody =
  (body: Buffer, share: number): Behavior =>
  (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'image/jpeg' })
      .end(body.subarray(0, Math.floor(body.length * share)));

it('An image that browsers can show is completed even if its server misbehaves', async () => {
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
  for (const [path, behavior] of Object.entries(behaviors)) fixture.origin.on(path, behavior);
  fixture.origin.onSequence('/cut-once.jpg', sendTruncatedBody(image, 0.6), serveFile(image));
  fixture.origin.onSequence('/522.jpg', sendStatus(522), serveFile(image));
  fixture.origin.onSequence('/202.jpg', sendStatus(202), serveFile(image));
  fixture.origin.onSequence(
    '/430.jpg',
    sendStatus(430, { 'retry-after': '1.0' }),
    serveFile(image),
  );
  fixture.origin.on('/0', serveFile(image));
  for (let hop = 1; hop <= 10; hop += 1) fixture.origin.on(`/${hop}`, redirectTo(`/${hop - 1}`));

  const paths = [
    ...Object.keys(behaviors),
    '/cut-once.jpg',
    '/522.jpg',
    '/202.jpg',
    '/430.jpg',
    '/10',
  ];
  const urls = paths.map((path) => fixture.origin.url(path));
  const outcomes = await fixture.processUrls(urls);
  expect(outcomes).toEqual(Object.fromEntries(urls.map((url) => [url, 'completed'])));
});

it('A URL without a scheme is downloaded over HTTP if the server does not support HTTPS', async () => {
  const photo = await photograph(40, 30).jpeg().toBuffer();
  fixture.origin.on('/no-protocol.jpg', serveFile(photo)).on('/named.jpg', serveFile(photo));
  const { host } = new URL(fixture.origin.url('/'));
  const outcomes = await fixture.processUrls([
    `//${host}/no-protocol.jpg`,
    `//${host}/missing.jpg`,
    `https://${host}/named.jpg`,
  ]);
  expect(outcomes).toEqual({
    [`https://${host}/no-protocol.jpg`]: 'completed',
    [`https://${host}/missing.jpg`]: 'http_404',
    [`https://${host}/named.jpg`]: 'response_invalid',
  });
  expect(fixture.origin.countRequests('/named.jpg')).toBe(0);
});

it('A damaged image is downloaded twice before it fails', async () => {
  const image = await photograph(400, 300).jpeg({ quality: 95 }).toBuffer();
  fixture.origin.on('/always-cut.jpg', sendTruncatedBody(image, 0.6));
  fixture.origin.on('/disconnected.jpg', disconnectAfter(image, 3000));
  const [cutUrl, disconnectedUrl] = ['/always-cut.jpg', '/disconnected.jpg'].map((path) =>
    fixture.origin.url(path),
  );
  expect(await fixture.processUrls([cutUrl, disconnectedUrl])).toEqual({
    [cutUrl]: 'image_truncated',
    [disconnectedUrl]: 'download_truncated',
  });
  expect(fixture.origin.countRequests('/always-cut.jpg')).toBe(2);
});

it('A response that is not an image fails with a specific reason', async () => {
  const respondWithText =
    (code: number, body: string, headers: Record<string, string> = {}): Behavior =>
    (_request, response) =>
      void response.writeHead(code, { 'content-type': 'text/html', ...headers }).end(body);
  const expiredXml =
    '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
  fixture.origin
    .on('/expired.jpg', respondWithText(403, expiredXml, { 'content-type': 'application/xml' }))
    .on('/challenge.jpg', respondWithText(403, '<html>x</html>', { 'cf-mitigated': 'challenge' }))
    .on('/challenge-503.jpg', respondWithText(503, '<html><title>Just a moment...</title></html>'))
    .on('/blocked.jpg', respondWithText(403, 'error code: 1020', { 'content-type': 'text/plain' }))
    .on('/private.jpg', redirectTo('/login?next=private'))
    .on('/login', respondWithText(200, '<!doctype html><html><form>Sign in</form></html>'))
    .on('/page.jpg', respondWithText(200, '<!doctype html><html>Our offers</html>'));
  const expected = {
    '/expired.jpg': 'link_expired',
    '/challenge.jpg': 'bot_challenge',
    '/challenge-503.jpg': 'bot_challenge',
    '/blocked.jpg': 'bot_challenge',
    '/private.jpg': 'sign_in_page',
    '/page.jpg': 'html_instead_of_image',
  };
  const outcomes = await fixture.processUrls(
    Object.keys(expected).map((path) => fixture.origin.url(path)),
  );
  expect(outcomes).toEqual(
    Object.fromEntries(
      Object.entries(expected).map(([path, code]) => [fixture.origin.url(path), code]),
    ),
  );
  // A bot challenge neither pauses the host nor causes another attempt.
  expect(fixture.origin.countRequests('/challenge-503.jpg')).toBe(1);
});

it('The status and the statistics warn if 30 different URLs return the same image', async () => {
  const image = await photograph(120, 90).jpeg({ quality: 95 }).toBuffer();
  const urls = Array.from({ length: 30 }, (_, i) => fixture.origin.url(`/placeholder/${i}.jpg`));
  for (let i = 0; i < 30; i += 1) fixture.origin.on(`/placeholder/${i}.jpg`, serveFile(image));
  const id = await fixture.app.api.uploadAccepted(
    fixture.buildCatalog([...urls, fixture.validUrl]),
  );
  await fixture.app.api.waitUntilFinal(id, 60_000);
  const warnings = [
    {
      code: 'placeholder_suspected',
      host: new URL(fixture.validUrl).host,
      urls: 30,
      example_url: fixture.origin.url('/placeholder/0.jpg'),
      message: expect.stringContaining('30 different URLs'),
    },
  ];
  const { body } = await fixture.app.api.getJson(`/requests/${id}/statistics`);
  expect(body.warnings).toEqual(warnings);
  expect(await fixture.app.api.getStatus(id)).toMatchObject({ warnings });
});
