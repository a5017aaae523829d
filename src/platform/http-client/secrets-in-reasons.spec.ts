import { assert, asyncProperty, oneof } from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redirectTo, sendStatus } from '../../../test/support/origin-behaviors.js';
import { OriginServer } from '../../../test/support/origin-server.js';
import { createDownloader, createPoster } from '../../../test/support/outbound.js';
import { urlWithSecret, URL_SECRET } from '../../../test/support/urls-with-secret.js';
import { AppError } from '../errors/app-error.js';

let origin: OriginServer;
let target = '';

beforeAll(async () => {
  origin = await OriginServer.start();
  origin.on('/redirect', (request, response) => redirectTo(target)(request, response));
  origin.on('/failing', sendStatus(500));
});
afterAll(() => origin.close());

/** The reason that would be stored and answered. */
async function reasonOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) return '';
  return `${error.code} ${error.message} ${JSON.stringify(error.details ?? {})}`;
}

/** Port 1 refuses each connection; the others answer 404, or are not allowed at all. */
const hosts = () => ['127.0.0.1:1', `127.0.0.1:${origin.port}`, '10.0.0.1', '127.0.0.1:99999'];

it('The reason of a failed download or delivery never shows a secret from the URL or a redirect', async () => {
  const setting = { allow: `${origin.allow},127.0.0.1/32:1`, timeoutMs: 5000 };
  const [downloader, poster] = [createDownloader(setting), createPoster(setting)];
  const anyUrl = oneof(...hosts().map((host) => urlWithSecret(host)));
  let reasons = 0;
  await assert(
    asyncProperty(anyUrl, async (url) => {
      target = url.replaceAll(/[\t\n]/g, '');
      const all = await Promise.all([
        reasonOf(downloader.download(url, { to: '/dev/null/none' })),
        reasonOf(downloader.download(origin.url('/redirect'), { to: '/dev/null/none' })),
        reasonOf(poster.post(url, '{}', {}, { timeoutMs: 5000 })),
      ]);
      reasons += all.filter((reason) => reason !== '').length;
      expect(all.join('\n')).not.toContain(URL_SECRET);
    }),
    { numRuns: 150 },
  );
  expect(reasons).toBeGreaterThan(150);
});
