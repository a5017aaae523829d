/**
 * `npm run demo`: processes a catalog of example products, from drawing the images to the output
 * CSV. `npm run demo -- --keep` keeps the app running afterwards.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { PICTURES } from './catalog/products.js';
import { catalogCsv, DEAD_LINK } from './catalog/rows.js';
import { AppProcess } from './demo/app-process.js';
import { DemoError } from './demo/demo-error.js';
import { PressroomClient } from './demo/pressroom-client.js';
import { report } from './demo/report.js';
import { Results } from './demo/results.js';
import { Shop } from './demo/shop.js';
import { Progress, printLine, step, styled } from './demo/terminal.js';
import { waitUntilDone } from './demo/wait-until-done.js';
import { verifyWebhook } from './demo/verify-webhook.js';
import { drawAll } from './pictures/draw-all.js';

const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function demo(keep: boolean, stopped: AbortSignal): Promise<void> {
  step('Drawing the pictures of an example shop');
  const drawing = new Progress('pictures', PICTURES.length);
  const pictures = await drawAll(PICTURES, (done) => drawing.update(done)).finally(() => {
    drawing.stop();
  });
  stopped.throwIfAborted();

  const shop = await Shop.open(pictures, 0);
  try {
    const results = new Results();
    const catalog = catalogCsv(shop.origin);
    await results.begin(catalog, pictures);

    step('Starting Pressroom with its own PostgreSQL and Redis');
    const starting = performance.now();
    const app = await AppProcess.start({ OUTBOUND_ALLOW: shop.allow }, (news) =>
      printLine(`  ${news}`),
    );
    try {
      printLine(`  ready at ${styled('bold', app.url)} after ${seconds(starting)}`);
      stopped.throwIfAborted();
      await processCatalog(app, shop, catalog, results, stopped);
      if (keep) await keepServing(app, results, stopped);
    } finally {
      await app.stop();
    }
  } finally {
    await shop.close();
  }
}

/** Uploads, waits and downloads, as a client of the API does. */
async function processCatalog(
  app: AppProcess,
  shop: Shop,
  catalog: string,
  results: Results,
  stopped: AbortSignal,
): Promise<void> {
  const client = new PressroomClient(app.url);
  const secret = `whsec_${randomBytes(32).toString('base64')}`;

  step('Uploading products.csv');
  const started = performance.now();
  const accepted = await client.upload(catalog, {
    webhook_url: `${shop.origin}/webhook`,
    webhook_secret: secret,
  });
  const { request_id: id, products, images } = accepted;
  printLine(`  request ${styled('bold', id)}: ${products} products, ${images} images`);

  const compressing = new Progress('images', images);
  await waitUntilDone(app, client, id, compressing, stopped).finally(() => compressing.stop());
  const took = seconds(started);

  const status = await client.status(id, 1000);
  report(status);
  printLine();
  step(`Done in ${took}. The webhook:`);
  printLine(`  ${verifyWebhook(await shop.webhook(20_000), secret)}`);

  step('The results are on disk:');
  await results.saveFile(client, status);
  printLine(`  ${results.path('products-compressed.csv')}  the catalog with its Output Image Urls`);
  printLine(`  ${results.path('before')}, ${results.path('after')}  the images, to compare`);
  printLine('  The links in the catalog work while Pressroom serves: npm run demo -- --keep');

  const unexpected = status.products
    .flatMap((product) => product.images)
    .filter(({ error, input_url: url }) => (error !== null) !== url.endsWith(DEAD_LINK));
  if (unexpected.length > 0) {
    const urls = unexpected.map(({ input_url: url }) => url).join(', ');
    throw new DemoError(`Unexpected results: ${urls}`);
  }
}

async function keepServing(app: AppProcess, results: Results, stopped: AbortSignal): Promise<void> {
  printLine();
  step(`Still serving at ${styled('bold', app.url)}. Ctrl-C ends it and removes its data.`);
  printLine(`  ${app.url}/docs  every call, to try from the browser`);
  printLine('  The catalog again, as WebP:');
  printLine(`  curl -F file=@${results.path('products.csv')} -F format=webp ${app.url}/upload`);
  stopped.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    stopped.addEventListener('abort', () => resolve(), { once: true });
    void app.whenEnded.then((reason) => reject(new DemoError(reason)));
  });
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interrupted.abort());
}
try {
  await demo(values.keep, interrupted.signal);
} catch (error) {
  if (!interrupted.signal.aborted) {
    const text = error instanceof DemoError ? error.message : String((error as Error).stack);
    console.error(`${styled('red', '✗')} ${text}`);
    process.exitCode = 1;
  } else if (!values.keep) process.exitCode = 130;
}
