import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { serveFile, neverRespond } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { Scenario } from '../support/scenario.js';

const IMAGES = 100;
const MAX_DOWNLOADS = 8;

const scenario = Scenario.forThisFile({
  origin: true,
  env: async ({ origin }) => {
    hanging = await OriginServer.start();
    return {
      // Port 1 refuses every connection.
      OUTBOUND_ALLOW: `${origin.allow},${hanging.allow},127.0.0.1/32:1`,
      // Longer than a test may take.
      DOWNLOAD_TIMEOUT_SECONDS: '600',
      DOWNLOAD_CONCURRENCY_PER_HOST: String(MAX_DOWNLOADS),
      IMAGE_RETRY_SECONDS: '0',
    };
  },
});
/** Another host: the app limits the downloads of each. */
let hanging: OriginServer;

beforeAll(async () => {
  const photo = await photograph(64, 48).jpeg({ quality: 95 }).toBuffer();
  for (let i = 0; i < IMAGES; i += 1) {
    scenario.origin.on(`/${i}.jpg`, serveFile(photo));
    hanging.on(`/${i}.jpg`, neverRespond());
  }
});
afterAll(async () => {
  await hanging?.close();
});

const rows = (url: (i: number) => string) =>
  Array.from({ length: IMAGES }, (_, i) => `${i},SKU${i},${url(i)}`);
const catalog = (...lines: string[]) =>
  ['S. No.,Product Name,Input Image Urls', ...lines, ''].join('\n');

it('A host that hangs does not delay the images of other hosts that follow', async () => {
  const id = await scenario.api.uploadAccepted(
    catalog(
      ...rows((i) => hanging.url(`/${i}.jpg`)),
      ...rows((i) => scenario.origin.url(`/${i}.jpg`)),
    ),
  );
  await eventually(
    async () => (await scenario.api.getStatus(id, '?limit=0')).progress.completed === IMAGES,
    { timeoutMs: 50_000, intervalMs: 100, description: 'the images of the host that is well' },
  );
  // No download of the other host has ended.
  expect(hanging.requests.length).toBeLessThanOrEqual(MAX_DOWNLOADS);
  expect((await scenario.api.getStatus(id, '?limit=0')).progress.failed).toBe(0);
  await scenario.api.call(`/requests/${id}`, { method: 'DELETE' });
});

it('All images of a host that refuses connections fail with connection_refused', async () => {
  const id = await scenario.api.uploadAccepted(
    catalog(...rows((i) => `http://127.0.0.1:1/${i}.jpg`)),
  );
  const { status, progress, products } = await scenario.api.waitUntilFinal(id);
  expect([status, progress.failed]).toEqual(['failed', IMAGES]);
  const codes = products.flatMap(({ images }) => images.map(({ error }) => error?.code));
  expect(new Set(codes)).toEqual(new Set(['connection_refused']));
});
