import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { Scenario } from '../support/scenario.js';

/** Mounting requires root, and some containers forbid it. */
const folder = await mkdtemp(join(tmpdir(), 'pressroom-full-'));
const mountResult = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);

describe.runIf(mountResult.status === 0)('A full 4 MB disk', () => {
  // Declared before the scenario, because hooks run in reverse order and the app must stop first.
  afterAll(async () => {
    spawnSync('umount', [folder]);
    await rm(folder, { recursive: true });
  });

  const scenario = Scenario.forThisFile({
    origin: true,
    env: { IMAGE_ATTEMPTS: '1' },
    dataDir: folder,
  });
  const IMAGE_COUNT = 30;

  beforeAll(async () => {
    mkdirSync(join(folder, 'artifacts'), { recursive: true });
    for (let i = 0; i < IMAGE_COUNT; i++) {
      const raw = { width: 300, height: 300, channels: 3 as const };
      const pixels = randomBytes(300 * 300 * 3);
      scenario.origin.on(
        `/${i}.jpg`,
        serveFile(await sharp(pixels, { raw }).jpeg({ quality: 98 }).toBuffer()),
      );
    }
  });

  it('A full 4 MB disk is reported, pauses processing until space is free, and leaves no partial files', async () => {
    const ballast = join(folder, 'ballast');
    // Leaves space for a few images, but not for the probe.
    await writeFile(ballast, Buffer.alloc(4 * 1024 * 1024 - 400 * 1024));
    const rows = Array.from(
      { length: IMAGE_COUNT },
      (_, i) => `${i},SKU${i},${scenario.origin.url(`/${i}.jpg`)}`,
    );
    const id = await scenario.api.uploadAccepted(
      ['S. No.,Product Name,Input Image Urls', ...rows].join('\n'),
    );

    const getReadiness = () =>
      scenario.api
        .getJson<{ details?: { storage: object } }>('/health/ready')
        .then(({ body, status }) => ({
          status,
          storage: body.details?.storage,
        }));
    await eventually(async () => (await getReadiness()).status === 503, {
      description: 'processing to pause',
    });
    expect(await getReadiness()).toMatchObject({
      storage: { status: 'down', code: 'storage_full' },
    });
    // Waits for the images in flight. No download starts while the disk is full.
    const progress = await eventually(async () => {
      const countBefore = scenario.origin.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return scenario.origin.requests.length === countBefore
        ? (await scenario.api.getStatus(id)).progress
        : undefined;
    });
    expect(progress).toMatchObject({ failed: 0 });
    expect(progress.completed).toBeLessThan(IMAGE_COUNT);
    // The probe's file exists only briefly. A leftover file would remain.
    await eventually(async () => (await readdir(join(folder, 'tmp'))).length === 0);
    expect(scenario.app.logs.filter(({ msg }) => msg.startsWith('Processing paused'))).toHaveLength(
      1,
    );
    expect((await scenario.api.getJson('/health/live')).status).toBe(200);

    await rm(ballast);
    const finalStatus = await scenario.api.waitUntilFinal(id);
    expect(finalStatus.progress).toMatchObject({ completed: IMAGE_COUNT, failed: 0 });
    expect((await getReadiness()).status).toBe(200);
    expect(scenario.app.logs.some(({ msg }) => msg.startsWith('Storage available again'))).toBe(
      true,
    );
    const names = await readdir(join(folder, 'artifacts'), { recursive: true });
    expect(names.filter((name) => name.endsWith('.jpg'))).toHaveLength(IMAGE_COUNT);
    expect(existsSync(ballast)).toBe(false);
  });
});
