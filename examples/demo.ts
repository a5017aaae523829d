/**
 * `npm run demo`: processes a catalog of example products, from drawing the images to the output
 * CSV. `npm run demo -- --keep` keeps the app running afterward.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { EXAMPLE_IMAGES } from './catalog/products.js';
import { createCatalogCsv, DEAD_LINK_PATH } from './catalog/rows.js';
import { AppProcess } from './demo/app-process.js';
import { DemoError } from './demo/demo-error.js';
import { PressroomClient } from './demo/pressroom-client.js';
import { printReport } from './demo/report.js';
import { Results } from './demo/results.js';
import { Shop } from './demo/shop.js';
import { Progress, printLine, printStep, applyStyle } from './demo/terminal.js';
import { waitUntilDone } from './demo/wait-until-done.js';
import { verifyWebhook } from './demo/verify-webhook.js';
import { drawImages } from './images/draw-images.js';

const formatSecondsSince = (startedAt: number) =>
  `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

async function runDemo(shouldKeepRunning: boolean, stopSignal: AbortSignal): Promise<void> {
  printStep('Drawing the images of an example shop');
  const progress = new Progress('images', EXAMPLE_IMAGES.length);
  const images = await drawImages(EXAMPLE_IMAGES, (doneCount) =>
    progress.update(doneCount),
  ).finally(() => {
    progress.stop();
  });
  stopSignal.throwIfAborted();

  const shop = await Shop.open(images, 0);
  try {
    const results = new Results();
    const catalog = createCatalogCsv(shop.origin);
    await results.writeInputs(catalog, images);

    printStep('Starting Pressroom with its own PostgreSQL and Redis');
    const startedAt = performance.now();
    const app = await AppProcess.start({ OUTBOUND_ALLOW: shop.outboundAllow }, (message) =>
      printLine(`  ${message}`),
    );
    try {
      printLine(`  ready at ${applyStyle('bold', app.url)} after ${formatSecondsSince(startedAt)}`);
      stopSignal.throwIfAborted();
      await processCatalog(app, shop, catalog, results, stopSignal);
      if (shouldKeepRunning) await keepServing(app, results, stopSignal);
    } finally {
      await app.stop();
    }
  } finally {
    await shop.close();
  }
}

/** Uploads the catalog, waits for the result and downloads it, like a client of the API. */
async function processCatalog(
  app: AppProcess,
  shop: Shop,
  catalog: string,
  results: Results,
  stopSignal: AbortSignal,
): Promise<void> {
  const client = new PressroomClient(app.url);
  const secret = `whsec_${randomBytes(32).toString('base64')}`;

  printStep('Uploading products.csv');
  const startedAt = performance.now();
  const acceptedUpload = await client.uploadCsv(catalog, {
    webhook_url: `${shop.origin}/webhook`,
    webhook_secret: secret,
  });
  const { request_id: id, products, images } = acceptedUpload;
  printLine(`  request ${applyStyle('bold', id)}: ${products} products, ${images} images`);

  const progress = new Progress('images', images);
  await waitUntilDone(app, client, id, progress, stopSignal).finally(() => progress.stop());
  const duration = formatSecondsSince(startedAt);

  const status = await client.getStatus(id, 1000);
  printReport(status);
  printLine();
  printStep(`Done in ${duration}. The webhook:`);
  printLine(`  ${verifyWebhook(await shop.waitForWebhook(20_000), secret)}`);

  printStep('The results are on disk:');
  await results.writeOutputs(client, status);
  printLine(
    `  ${results.getPath('products-compressed.csv')}  the catalog with its Output Image Urls`,
  );
  printLine(`  ${results.getPath('before')}, ${results.getPath('after')}  the images, to compare`);
  printLine(
    '  The links in the catalog work only while Pressroom is running: npm run demo -- --keep',
  );

  const unexpectedImages = status.products
    .flatMap((product) => product.images)
    .filter(({ error, input_url: url }) => (error !== null) !== url.endsWith(DEAD_LINK_PATH));
  if (unexpectedImages.length > 0) {
    const urls = unexpectedImages.map(({ input_url: url }) => url).join(', ');
    throw new DemoError(`Unexpected results: ${urls}`);
  }
}

async function keepServing(
  app: AppProcess,
  results: Results,
  stopSignal: AbortSignal,
): Promise<void> {
  printLine();
  printStep(
    `Still serving at ${applyStyle('bold', app.url)}. Press Ctrl-C to stop it and remove its data.`,
  );
  printLine(`  ${app.url}/docs  try every call from the browser`);
  printLine('  Compress the catalog again, as WebP:');
  printLine(`  curl -F file=@${results.getPath('products.csv')} -F format=webp ${app.url}/upload`);
  stopSignal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    stopSignal.addEventListener('abort', () => resolve(), { once: true });
    void app.whenExited.then((reason) => reject(new DemoError(reason)));
  });
}

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => interruption.abort());
}
try {
  await runDemo(values.keep, interruption.signal);
} catch (error) {
  if (!interruption.signal.aborted) {
    const message = error instanceof DemoError ? error.message : String((error as Error).stack);
    console.error(`${applyStyle('red', '✗')} ${message}`);
    process.exitCode = 1;
  } else if (!values.keep) process.exitCode = 130;
}
