import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { serveFile, neverRespond } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const IMAGE_COUNT = 100;
const MAX_DOWNLOADS = 8;

const scenario = Scenario.forThisFile({
  origin: true,
  env: async ({ origin }) => {
    hangingOrigin = await OriginServer.start();
    return {
      // Port 1 refuses every connection.
      OUTBOUND_ALLOW: `${origin.allow},${hangingOrigin.allow},127.0.0.1/32:1`,
      // Exceeds the test timeout.
      DOWNLOAD_TIMEOUT_SECONDS: '600',
      DOWNLOAD_CONCURRENCY_PER_HOST: String(MAX_DOWNLOADS),
      IMAGE_RETRY_SECONDS: '0',
    };
  },
});
/** A separate origin, because the app limits downloads per origin. */
let hangingOrigin: OriginServer;

beforeAll(async () => {
  const photo = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
  for (let i = 0; i < IMAGE_COUNT; i += 1) {
    scenario.origin.on(`/${i}.jpg`, serveFile(photo));
    hangingOrigin.on(`/${i}.jpg`, neverRespond());
  }
});
afterAll(async () => {
  await hangingOrigin?.close();
});

const buildRows = (url: (i: number) => string) =>
  Array.from({ length: IMAGE_COUNT }, (_, i) => `${i},SKU${i},${url(i)}`);
const buildCatalog = (...lines: string[]) =>
  ['S. No.,Product Name,Input Image Urls', ...lines, ''].join('\n');

it('A hanging host does not delay images of other hosts later in the catalog', async () => {
  const id = await scenario.api.uploadAccepted(
    buildCatalog(
      ...buildRows((i) => hangingOrigin.url(`/${i}.jpg`)),
      ...buildRows((i) => scenario.origin.url(`/${i}.jpg`)),
    ),
  );
  await eventually(
    async () => (await scenario.api.getStatus(id, '?limit=0')).progress.completed === IMAGE_COUNT,
    {
      timeoutMs: 50_000,
      intervalMs: 100,
      description: 'the images of the responsive host to be completed',
    },
  );
  // No download from the hanging host has ended.
  expect(hangingOrigin.requests.length).toBeLessThanOrEqual(MAX_DOWNLOADS);
  expect((await scenario.api.getStatus(id, '?limit=0')).progress.failed).toBe(0);
  await scenario.api.call(`/requests/${id}`, { method: 'DELETE' });
});

it('All images of a host that refuses connections fail with connection_refused', async () => {
  const id = await scenario.api.uploadAccepted(
    buildCatalog(...buildRows((i) => `http://127.0.0.1:1/${i}.jpg`)),
  );
  const { status, progress, products } = await scenario.api.waitUntilFinal(id);
  expect([status, progress.failed]).toEqual(['failed', IMAGE_COUNT]);
  const codes = products.flatMap(({ images }) => images.map(({ error }) => error?.code));
  expect(new Set(codes)).toEqual(new Set(['connection_refused']));
});
