import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { HostileBench } from '../support/hostile-app.js';
import {
  disconnectAfter,
  file,
  wrongContentLength,
  redirectTo,
  status,
} from '../support/origin-behaviors.js';
import type { Behavior } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';

const fixture = HostileBench.forThisFile({ IMAGE_ATTEMPTS: '2', IMAGE_RETRY_SECONDS: '0' });

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
    '/gzip.jpg': file(gzipSync(image), { 'content-encoding': 'gzip' }),
    '/aws-chunked.jpg': file(image, { 'content-encoding': 'aws-chunked' }),
    '/length-too-long.jpg': wrongContentLength(image, image.length + 37),
    '/length-too-short.jpg': wrongContentLength(image, 3000),
    '/malformed.jpg': (_request, response) =>
      void response.socket!.end(
        Buffer.concat([
          Buffer.from('HTTP/1.1 200 OK\r\nX-Frame-Options="ALLOW-FORM: a"\r\n'),
          Buffer.from(`Content-Length: ${image.length}\r\n\r\n`),
          image,
        ]),
      ),
  };
  for (const [path, behavior] of Object.entries(behaviors)) fixture.shop.on(path, behavior);
  fixture.shop.inTurn('/cut-once.jpg', sendTruncatedBody(image, 0.6), file(image));
  fixture.shop.inTurn('/522.jpg', status(522), file(image));
  fixture.shop.inTurn('/202.jpg', status(202), file(image));
  fixture.shop.inTurn('/430.jpg', status(430, { 'retry-after': '1.0' }), file(image));
  fixture.shop.on('/0', file(image));
  for (let hop = 1; hop <= 10; hop += 1) fixture.shop.on(`/${hop}`, redirectTo(`/${hop - 1}`));

  const paths = [
    ...Object.keys(behaviors),
    '/cut-once.jpg',
    '/522.jpg',
    '/202.jpg',
    '/430.jpg',
    '/10',
  ];
  const urls = paths.map((path) => fixture.shop.url(path));
  const outcomes = await fixture.outcomes(urls);
  expect(outcomes).toEqual(Object.fromEntries(urls.map((url) => [url, 'completed'])));
});

it('A URL without a protocol is downloaded over HTTP if the server does not support HTTPS', async () => {
  const photo = await photograph(40, 30).jpeg().toBuffer();
  fixture.shop.on('/no-protocol.jpg', file(photo)).on('/named.jpg', file(photo));
  const { host } = new URL(fixture.shop.url('/'));
  const outcomes = await fixture.outcomes([
    `//${host}/no-protocol.jpg`,
    `//${host}/missing.jpg`,
    `https://${host}/named.jpg`,
  ]);
  expect(outcomes).toEqual({
    [`https://${host}/no-protocol.jpg`]: 'completed',
    [`https://${host}/missing.jpg`]: 'http_404',
    [`https://${host}/named.jpg`]: 'response_invalid',
  });
  expect(fixture.shop.count('/named.jpg')).toBe(0);
});

it('A damaged image is downloaded twice before it fails', async () => {
  const image = await photograph(400, 300).jpeg({ quality: 95 }).toBuffer();
  fixture.shop.on('/always-cut.jpg', sendTruncatedBody(image, 0.6));
  fixture.shop.on('/disconnected.jpg', disconnectAfter(image, 3000));
  const [cutUrl, disconnectedUrl] = ['/always-cut.jpg', '/disconnected.jpg'].map((path) =>
    fixture.shop.url(path),
  );
  expect(await fixture.outcomes([cutUrl, disconnectedUrl])).toEqual({
    [cutUrl]: 'image_truncated',
    [disconnectedUrl]: 'download_truncated',
  });
  expect(fixture.shop.count('/always-cut.jpg')).toBe(2);
});

it('A response that is not an image fails with a specific reason', async () => {
  const respondWithText =
    (code: number, body: string, headers: Record<string, string> = {}): Behavior =>
    (_request, response) =>
      void response.writeHead(code, { 'content-type': 'text/html', ...headers }).end(body);
  const expiredXml =
    '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>';
  fixture.shop
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
  const outcomes = await fixture.outcomes(
    Object.keys(expected).map((path) => fixture.shop.url(path)),
  );
  expect(outcomes).toEqual(
    Object.fromEntries(
      Object.entries(expected).map(([path, code]) => [fixture.shop.url(path), code]),
    ),
  );
  // A bot challenge neither pauses the host nor causes another attempt.
  expect(fixture.shop.count('/challenge-503.jpg')).toBe(1);
});

it('The status and the statistics warn if 30 different URLs return the same image', async () => {
  const image = await photograph(120, 90).jpeg({ quality: 95 }).toBuffer();
  const urls = Array.from({ length: 30 }, (_, i) => fixture.shop.url(`/placeholder/${i}.jpg`));
  for (let i = 0; i < 30; i += 1) fixture.shop.on(`/placeholder/${i}.jpg`, file(image));
  const id = await fixture.app.api.accepted(fixture.catalog([...urls, fixture.good]));
  await fixture.app.api.untilFinal(id, 60_000);
  const warnings = [
    {
      code: 'placeholder_suspected',
      host: new URL(fixture.good).host,
      urls: 30,
      example_url: fixture.shop.url('/placeholder/0.jpg'),
      message: expect.stringContaining('30 different URLs'),
    },
  ];
  const { body } = await fixture.app.api.getJson(`/requests/${id}/statistics`);
  expect(body.warnings).toEqual(warnings);
  expect(await fixture.app.api.status(id)).toMatchObject({ warnings });
});
