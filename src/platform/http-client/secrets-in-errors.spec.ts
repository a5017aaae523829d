import { assert, asyncProperty, oneof } from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redirectTo, sendStatus } from '../../../test/support/origin-behaviors.js';
import { OriginServer } from '../../../test/support/origin-server.js';
import { createDownloader, createPoster } from '../../../test/support/outbound.js';
import { urlWithSecret, URL_SECRET } from '../../../test/support/urls-with-secret.js';
import { AppError } from '../errors/app-error.js';

let origin: OriginServer;
let redirectUrl = '';

beforeAll(async () => {
  origin = await OriginServer.start();
  origin.on('/redirect', (request, response) => redirectTo(redirectUrl)(request, response));
  origin.on('/failing', sendStatus(500));
});
afterAll(() => origin.close());

/** Returns the error text that Pressroom would store and return to clients. */
async function readErrorText(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof AppError)) return '';
  return `${error.code} ${error.message} ${JSON.stringify(error.details ?? {})}`;
}

/** Port 1 refuses connections. The other hosts return 404 or are not allowed. */
const listHosts = () => ['127.0.0.1:1', `127.0.0.1:${origin.port}`, '10.0.0.1', '127.0.0.1:99999'];

it('The error of a failed download or delivery never contains a secret from the URL or a redirect', async () => {
  const options = { allow: `${origin.allow},127.0.0.1/32:1`, timeoutMs: 5000 };
  const [downloader, poster] = [createDownloader(options), createPoster(options)];
  const anyUrl = oneof(...listHosts().map((host) => urlWithSecret(host)));
  let errorCount = 0;
  await assert(
    asyncProperty(anyUrl, async (url) => {
      redirectUrl = url.replaceAll(/[\t\n]/g, '');
      const errorTexts = await Promise.all([
        readErrorText(downloader.download(url, { path: '/dev/null/none' })),
        readErrorText(downloader.download(origin.url('/redirect'), { path: '/dev/null/none' })),
        readErrorText(poster.post(url, '{}', {}, { timeoutMs: 5000 })),
      ]);
      errorCount += errorTexts.filter((text) => text !== '').length;
      expect(errorTexts.join('\n')).not.toContain(URL_SECRET);
    }),
    { numRuns: 150 },
  );
  expect(errorCount).toBeGreaterThan(150);
});
