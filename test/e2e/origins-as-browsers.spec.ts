import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { HostileBench } from '../support/hostile-app.js';
import {
  cutOffAfter,
  file,
  lyingAboutLength,
  redirectTo,
  status,
} from '../support/origin-behaviours.js';
import type { Behaviour } from '../support/origin-server.js';
import { photograph } from '../support/pictures.js';

const bench = HostileBench.forThisFile({ IMAGE_ATTEMPTS: '2', IMAGE_RETRY_SECONDS: '0' });

/** A proxy that lost the rest, and ends the body as if it were whole. */
const cutInChunks =
  (body: Buffer, share: number): Behaviour =>
  (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'image/jpeg' })
      .end(body.subarray(0, Math.floor(body.length * share)));

it('the images that a browser shows are completed, whatever their server does', async () => {
  const image = await photograph(400, 300).jpeg({ quality: 95 }).toBuffer();
  const behaviors: Record<string, Behaviour> = {
    '/created.jpg': (_request, response) => void response.writeHead(201).end(image),
    '/gzip.jpg': file(gzipSync(image), { 'content-encoding': 'gzip' }),
    '/aws-chunked.jpg': file(image, { 'content-encoding': 'aws-chunked' }),
    '/length-too-long.jpg': lyingAboutLength(image, image.length + 37),
    '/length-too-short.jpg': lyingAboutLength(image, 3000),
    '/malformed.jpg': (_request, response) =>
      void response.socket!.end(
        Buffer.concat([
          Buffer.from('HTTP/1.1 200 OK\r\nX-Frame-Options="ALLOW-FORM: a"\r\n'),
          Buffer.from(`Content-Length: ${image.length}\r\n\r\n`),
          image,
        ]),
      ),
  };
  for (const [path, behavior] of Object.entries(behaviors)) bench.shop.on(path, behavior);
  bench.shop.inTurn('/cut-once.jpg', cutInChunks(image, 0.6), file(image));
  bench.shop.inTurn('/522.jpg', status(522), file(image));
  bench.shop.inTurn('/202.jpg', status(202), file(image));
  bench.shop.on('/0', file(image));
  for (let hop = 1; hop <= 10; hop += 1) bench.shop.on(`/${hop}`, redirectTo(`/${hop - 1}`));

  const paths = [...Object.keys(behaviors), '/cut-once.jpg', '/522.jpg', '/202.jpg', '/10'];
  const urls = paths.map((path) => bench.shop.url(path));
  const outcomes = await bench.outcomes(urls);
  expect(outcomes).toEqual(Object.fromEntries(urls.map((url) => [url, 'completed'])));
});

it('a damaged image is downloaded twice, and then called damaged', async () => {
  const image = await photograph(400, 300).jpeg({ quality: 95 }).toBuffer();
  bench.shop.on('/always-cut.jpg', cutInChunks(image, 0.6));
  bench.shop.on('/broken-off.jpg', cutOffAfter(image, 3000));
  const [cut, brokenOff] = ['/always-cut.jpg', '/broken-off.jpg'].map((path) =>
    bench.shop.url(path),
  );
  expect(await bench.outcomes([cut, brokenOff])).toEqual({
    [cut]: 'image_truncated',
    [brokenOff]: 'download_truncated',
  });
  expect(bench.shop.count('/always-cut.jpg')).toBe(2);
});
