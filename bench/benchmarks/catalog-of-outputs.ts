import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { listArtifactFiles } from '../../test/chaos/stored-images.js';
import type { App } from '../support/app.js';
import type { BenchEnvironment } from '../support/bench-environment.js';
import { writeShopifyExport } from '../support/catalog.js';
import { CheckedRequest } from '../support/checked-request.js';
import type { CheckedOutputs } from '../support/product-file-check.js';
import type { Kind } from '../support/corpus.js';
import { FailingOrigin } from '../support/failing-origin.js';
import type { Measurement } from '../support/measurement.js';
import { readCpuMs, listProcessTree } from '../support/processes.js';

/** Typical images of a shop: mostly photographs on white, some cut-outs, and thumbnails that marketplaces reject. */
const IMAGE_MIX: readonly Kind[] = [
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
/** Every 25th image fails until its origin is repaired. Every 40th image repeats the URL of the previous image. */
const [FAILING_INTERVAL, REPEATED_INTERVAL] = [25, 40];
const POLL_INTERVAL_MS = 100;

interface Catalog extends CheckedOutputs {
  label: string;
  fields: Record<string, string>;
}

const CATALOGS: readonly Catalog[] = [
  {
    label: 'preset=google with an audit',
    fields: { preset: 'google', audit: 'true' },
    names: ['google'],
    hasSrcset: false,
    checkColumn: 'Google check',
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
    hasSrcset: true,
  },
];

/**
 * Processes Shopify exports with a preset and with several outputs, including failures, a retry, a
 * cancellation and a removal. Checks all user-visible results after each step. `IMAGES=1000` sets
 * the number of images.
 */
export async function benchmarkCatalogOfOutputs(
  environment: BenchEnvironment,
): Promise<Measurement[]> {
  const failingOrigin = await FailingOrigin.start();
  const app = await environment.startApp({
    OUTBOUND_ALLOW: `${environment.origin.allow},${failingOrigin.allow}`,
    IMAGE_ATTEMPTS: '1',
  });
  const measurements: Measurement[] = [];
  try {
    for (const catalog of CATALOGS) {
      measurements.push(
        ...(await new CatalogRun(environment, app, failingOrigin, catalog).measure()),
      );
    }
  } finally {
    failingOrigin.stop();
  }
  return measurements;
}

const isFailing = (imageIndex: number) => imageIndex % FAILING_INTERVAL === FAILING_INTERVAL - 1;
const isRepeated = (imageIndex: number) => imageIndex % REPEATED_INTERVAL === REPEATED_INTERVAL - 1;

class CatalogRun {
  private readonly imageCount: number;
  private uploadCount = 0;

  constructor(
    private readonly environment: BenchEnvironment,
    private readonly app: App,
    private readonly failingOrigin: FailingOrigin,
    private readonly catalog: Catalog,
  ) {
    const requestedCount = Number(process.env.IMAGES ?? (environment.isSmall ? 120 : 1000));
    // Each product has three images.
    this.imageCount = Math.ceil(requestedCount / 3) * 3;
  }

  async measure(): Promise<Measurement[]> {
    const { app, imageCount, environment } = this;
    // Lists the processes each time, because decoders start with the first images.
    const readTotalCpuMs = () =>
      readCpuMs([app.pid, environment.servers.pid].flatMap(listProcessTree));
    this.failingOrigin.breakImages();
    const [startedAt, cpuMsBefore] = [Date.now(), readTotalCpuMs()];
    const request = await this.upload();
    await request.waitUntilEnded();
    const [seconds, cpuPerImage] = [
      (Date.now() - startedAt) / 1000,
      (readTotalCpuMs() - cpuMsBefore) / imageCount,
    ];
    await request.checkResults('The first run', {
      status: 'completed',
      failedCount: this.failureCount,
    });

    this.failingOrigin.repair();
    await request.callRequest('POST', '/retry');
    await request.waitUntilEnded();
    await request.checkResults('The retry', { status: 'completed', failedCount: 0 });
    await this.checkCancellation();
    await request.removeRequest();
    const removalSeconds = await this.measureSecondsUntilEmpty();
    const { label } = this.catalog;
    return [
      {
        label,
        value: `${(imageCount / seconds).toFixed(1)} images/s`,
        baseline: `${imageCount} images; every check passed`,
        ratio: imageCount / seconds,
      },
      {
        label: `${label}: CPU`,
        value: `${cpuPerImage.toFixed(1)} ms per image (app, PostgreSQL, Redis)`,
        baseline: 'the first run',
        ratio: cpuPerImage,
      },
      {
        label: `${label}: empty storage after the removal`,
        value: `${removalSeconds.toFixed(1)} s`,
        baseline: 'two requests',
        ratio: removalSeconds,
      },
    ];
  }

  /** Cancels a running request, then completes it with a retry. */
  private async checkCancellation(): Promise<void> {
    const request = await this.upload();
    while ((await this.app.getStatus(request.id)).progress.completed < this.imageCount / 5) {
      await sleep(POLL_INTERVAL_MS);
    }
    await request.callRequest('POST', '/cancel');
    await request.waitUntilEnded();
    await request.checkResults('The cancellation', { status: 'cancelled', failedCount: 0 });
    await request.callRequest('POST', '/retry');
    await request.waitUntilEnded();
    await request.checkResults('The retry of a cancellation', {
      status: 'completed',
      failedCount: 0,
    });
    await request.removeRequest();
  }

  private async measureSecondsUntilEmpty(): Promise<number> {
    const startedAt = Date.now();
    while ((await listArtifactFiles(this.app)).length > 0) await sleep(POLL_INTERVAL_MS);
    return (Date.now() - startedAt) / 1000;
  }

  private async upload(): Promise<CheckedRequest> {
    const { app, environment, catalog } = this;
    const salt = `${catalog.names[0]}-${(this.uploadCount += 1)}`;
    const path = join(environment.folder, `${salt}.csv`);
    const url = (image: number): string => {
      if (isRepeated(image)) return url(image - 1);
      const imageUrl = environment.origin.url(IMAGE_MIX[image % IMAGE_MIX.length], image, salt);
      return isFailing(image) ? this.failingOrigin.url(imageUrl) : imageUrl;
    };
    const csv = await writeShopifyExport(path, (this.imageCount / 3) * 4, url);
    const id = await app.upload(csv, catalog.fields);
    return new CheckedRequest(app, environment.servers, id, csv, catalog);
  }

  private get failureCount(): number {
    return Array.from({ length: this.imageCount }, (_, image) =>
      isRepeated(image) ? image - 1 : image,
    ).filter(isFailing).length;
  }
}
