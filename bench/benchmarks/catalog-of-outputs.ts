import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { listArtifactFiles } from '../../test/chaos/stored-images.js';
import type { App } from '../support/app.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { writeShopifyExport } from '../support/catalog.js';
import { CheckedRequest } from '../support/checked-request.js';
import type { CheckedOutputs } from '../support/check-product-file.js';
import type { Kind } from '../support/corpus.js';
import { FailingOrigin } from '../support/failing-origin.js';
import type { Measurement } from '../support/measurement.js';
import { cpuMs, listProcessTree } from '../support/processes.js';

/** Images of a shop: mostly photographs on white, some cut-outs, and thumbnails that a marketplace rejects. */
const MIX: readonly Kind[] = [
  'product',
  'progressive',
  'full-chroma',
  'product',
  'photo',
  'progressive',
  'cutout',
  'full-chroma',
  'product',
  'thumb',
];
/**
 * Every n-th image fails until its origin is repaired, or repeats the URL of the previous image.
 */
const [FAILING, REPEATED] = [25, 40];
const POLL_MS = 100;

interface Catalog extends CheckedOutputs {
  label: string;
  fields: Record<string, string>;
}

const CATALOGS: readonly Catalog[] = [
  {
    label: 'preset=google with an audit',
    fields: { preset: 'google', audit: 'true' },
    names: ['google'],
    srcset: false,
    check: 'Google check',
  },
  {
    label: 'Three WebP widths and a JPEG',
    fields: {
      outputs: JSON.stringify([
        { name: 'w320', format: 'webp', width: 320 },
        { name: 'w640', format: 'webp', width: 640 },
        { name: 'w1280', format: 'webp', width: 1280 },
        { name: 'fallback', format: 'jpeg', width: 800 },
      ]),
      srcset: 'true',
    },
    names: ['w320', 'w640', 'w1280', 'fallback'],
    srcset: true,
  },
];

/**
 * Sends Shopify exports through a preset and through several outputs, with failures, a retry, a
 * cancellation and a removal. Checks all user-visible results after each step. `IMAGES=1000` sets
 * the number of images.
 */
export async function catalogOfOutputs(environment: BenchEnvironment): Promise<Measurement[]> {
  const failing = await FailingOrigin.start();
  const app = await environment.startApp({
    OUTBOUND_ALLOW: `${environment.origin.allow},${failing.allow}`,
    IMAGE_ATTEMPTS: '1',
  });
  const measurements: Measurement[] = [];
  try {
    for (const catalog of CATALOGS) {
      measurements.push(...(await new CatalogRun(environment, app, failing, catalog).measure()));
    }
  } finally {
    failing.stop();
  }
  return measurements;
}

const isFailing = (image: number) => image % FAILING === FAILING - 1;
const isRepeated = (image: number) => image % REPEATED === REPEATED - 1;

class CatalogRun {
  private readonly images: number;
  private uploads = 0;

  constructor(
    private readonly environment: BenchEnvironment,
    private readonly app: App,
    private readonly failing: FailingOrigin,
    private readonly catalog: Catalog,
  ) {
    // Three images for each product.
    const images = Number(process.env.IMAGES ?? (environment.small ? 120 : 1000));
    this.images = Math.ceil(images / 3) * 3;
  }

  async measure(): Promise<Measurement[]> {
    const { app, images, environment } = this;
    // Decoders start with the first images, so the processes are listed each time.
    const totalCpu = () => cpuMs([app.pid, environment.servers.pid].flatMap(listProcessTree));
    this.failing.breakImages();
    const [from, cpu] = [Date.now(), totalCpu()];
    const request = await this.upload();
    await request.waitUntilEnded();
    const [seconds, cpuPerImage] = [(Date.now() - from) / 1000, (totalCpu() - cpu) / images];
    await request.check('The first run', { status: 'completed', failed: this.failures });

    this.failing.repair();
    await request.call('POST', '/retry');
    await request.waitUntilEnded();
    await request.check('The retry', { status: 'completed', failed: 0 });
    await this.checkCancellation();
    await request.remove();
    const removal = await this.secondsUntilEmpty();
    const { label } = this.catalog;
    return [
      {
        label,
        value: `${(images / seconds).toFixed(1)} images/s`,
        baseline: `${images} images; every check passed`,
        ratio: images / seconds,
      },
      {
        label: `${label}: CPU`,
        value: `${cpuPerImage.toFixed(1)} ms per image (app, PostgreSQL, Redis)`,
        baseline: 'the first run',
        ratio: cpuPerImage,
      },
      {
        label: `${label}: empty storage after the removal`,
        value: `${removal.toFixed(1)} s`,
        baseline: 'two requests',
        ratio: removal,
      },
    ];
  }

  /** Cancels a running request, then completes it with a retry. */
  private async checkCancellation(): Promise<void> {
    const request = await this.upload();
    while ((await this.app.status(request.id)).progress.completed < this.images / 5) {
      await sleep(POLL_MS);
    }
    await request.call('POST', '/cancel');
    await request.waitUntilEnded();
    await request.check('The cancellation', { status: 'cancelled', failed: 0 });
    await request.call('POST', '/retry');
    await request.waitUntilEnded();
    await request.check('The retry of a cancellation', { status: 'completed', failed: 0 });
    await request.remove();
  }

  private async secondsUntilEmpty(): Promise<number> {
    const from = Date.now();
    while ((await listArtifactFiles(this.app)).length > 0) await sleep(POLL_MS);
    return (Date.now() - from) / 1000;
  }

  private async upload(): Promise<CheckedRequest> {
    const { app, environment, catalog } = this;
    const salt = `${catalog.names[0]}-${(this.uploads += 1)}`;
    const path = join(environment.folder, `${salt}.csv`);
    const url = (image: number): string => {
      if (isRepeated(image)) return url(image - 1);
      const direct = environment.origin.url(MIX[image % MIX.length], image, salt);
      return isFailing(image) ? this.failing.url(direct) : direct;
    };
    const csv = await writeShopifyExport(path, (this.images / 3) * 4, url);
    const id = await app.upload(csv, catalog.fields);
    return new CheckedRequest(app, environment.servers, id, csv, catalog);
  }

  private get failures(): number {
    return Array.from({ length: this.images }, (_, image) =>
      isRepeated(image) ? image - 1 : image,
    ).filter(isFailing).length;
  }
}
