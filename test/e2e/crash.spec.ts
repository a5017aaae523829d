import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, startApp, type StartOptions } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { query } from '../support/embedded-servers-fixture.js';
import { createRedis } from '../support/redis.js';
import {
  type WebhookEndpoint,
  verifyPayload,
  WebhookReceiver,
} from '../support/webhook-receiver.js';

const IMAGE_COUNT = 500;
/** Leaves time to start the app and to find expired leases within 20 s. */
const MAX_LEASE_SECONDS = 15;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('An app that is killed while it processes 500 images', () => {
  let database: TestDatabase;
  let origin: OriginServer;
  let receiver: WebhookReceiver;
  let hook: WebhookEndpoint;
  let options: StartOptions;
  let app: TestApp;

  beforeAll(async () => {
    database = await createDatabase();
    origin = await OriginServer.start();
    receiver = await WebhookReceiver.start();
    hook = receiver.addEndpoint();
    const jpeg = await sharp({
      create: { width: 300, height: 200, channels: 3, background: '#c40' },
    })
      .jpeg({ quality: 95 })
      .toBuffer();
    for (let n = 0; n < IMAGE_COUNT; n++) {
      origin.on(`/${n}.jpg`, serveFile(Buffer.concat([jpeg, Buffer.from(`${n}`)])));
    }
    options = {
      databaseUrl: database.url,
      redisUrl: (await createRedis()).url,
      dataDir: await mkdtemp(join(tmpdir(), 'pressroom-crash-')),
      env: { OUTBOUND_ALLOW: `${origin.allow},${receiver.allow}` },
    };
  });
  afterAll(async () => {
    await app.stop();
    await origin.close();
    await receiver.close();
    await database.drop();
    await rm(options.dataDir!, { recursive: true });
  });

  /** Returns the remaining time of the killed app's leases, in seconds. */
  const readRemainingLeaseSeconds = async () => {
    const rows = await query<{ seconds: number }>(
      database.url,
      `SELECT extract(epoch FROM lease_until - now())::float8 AS seconds
       FROM images WHERE status = 'processing'`,
    );
    return rows.map(({ seconds }) => seconds);
  };

  it('An app that is killed while it processes 500 images resumes within 20 seconds, and neither loses nor double-counts images', async () => {
    app = await startApp(options);
    const rows = Array.from(
      { length: IMAGE_COUNT },
      (_, n) => `${n},SKU${n},${origin.url(`/${n}.jpg`)}`,
    );
    const csv = ['S. No.,Product Name,Input Image Urls', ...rows].join('\n');
    const id = await app.api.uploadAccepted(csv, { webhook_url: hook.url, webhook_secret: SECRET });
    const countCompleted = async () => (await app.api.getStatus(id, '?limit=0')).progress.completed;
    await eventually(async () => (await countCompleted()) > 50, { intervalMs: 5 });
    await app.kill();
    const leaseSeconds = await readRemainingLeaseSeconds();
    expect(leaseSeconds.length).toBeGreaterThan(0);
    expect(Math.max(...leaseSeconds)).toBeLessThanOrEqual(MAX_LEASE_SECONDS);
    // Expires the leases, which saves the test from waiting.
    await query(database.url, `UPDATE images SET lease_until = now() WHERE status = 'processing'`);

    app = await startApp(options);
    const restartedAt = Date.now();
    const completedBefore = await countCompleted();
    expect(completedBefore).toBeLessThan(IMAGE_COUNT);
    await eventually(async () => (await countCompleted()) > completedBefore, { timeoutMs: 20_000 });
    const { status, progress } = await app.api.waitUntilFinal(
      id,
      40_000 - (Date.now() - restartedAt),
    );
    expect({ status, ...progress }).toMatchObject({
      status: 'completed',
      total: IMAGE_COUNT,
      completed: IMAGE_COUNT,
      failed: 0,
    });
    const output = await app.api.getText(`/download/${id}`);
    const lines = output.trimEnd().split('\n').slice(1);
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(IMAGE_COUNT);
    expect(lines.filter((line) => line.endsWith(','))).toEqual([]);

    await eventually(() => hook.calls.length > 0);
    expect(hook.calls).toHaveLength(1);
    expect(verifyPayload(hook.calls[0], SECRET)).toMatchObject({
      type: 'request.completed',
      request_id: id,
      data: { images: IMAGE_COUNT, completed: IMAGE_COUNT },
    });
  });
});
