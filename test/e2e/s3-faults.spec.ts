import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/platform/errors/app-error.js';
import { Env } from '../../src/platform/config/env.js';
import { S3ArtifactStore } from '../../src/platform/storage/s3/s3-artifact-store.js';
import { FaultProxy } from '../chaos/fault-proxy.js';
import { S3FaultProxy } from '../support/s3/s3-fault-proxy.js';
import { openSharedBucket } from '../support/s3/shared-bucket.js';
import type { TestBucket } from '../support/s3/test-bucket.js';

/** `STORAGE_FAULT_OBJECTS=10000 npx vitest run --project e2e test/e2e/s3-faults` starts a long run. */
const OBJECT_COUNT = Number(process.env.STORAGE_FAULT_OBJECTS ?? 150);
const CONCURRENCY = 24;
const [SMALL_BYTES, LARGE_BYTES] = [4000, 9 * 1024 * 1024];
/** Interval between resets of all connections. A slow phase follows every other reset. */
const RESET_INTERVAL_MS = 1500;
const SLOW_DELAY_MS = 40;

describe('S3ArtifactStore with a faulty connection', () => {
  let bucket: TestBucket;
  let connectionProxy: FaultProxy;
  let callProxy: S3FaultProxy;
  let store: S3ArtifactStore;
  let folder: string;
  let timer: NodeJS.Timeout;
  const faultCounts = { 'slow down': 0, cut: 0, connections: 0, repeated: 0 };
  const keys = Array.from({ length: OBJECT_COUNT }, () => randomBytes(32).toString('hex'));
  const buildContent = (key: string, index: number) =>
    Buffer.alloc(index % 1000 === 0 ? LARGE_BYTES : SMALL_BYTES, Buffer.from(key, 'hex'));

  beforeAll(async () => {
    bucket = await openSharedBucket();
    Object.assign(process.env, bucket.credentials);
    folder = await mkdtemp(join(tmpdir(), 'pressroom-s3-faults-'));
    connectionProxy = await FaultProxy.startFor(bucket.server.endpoint);
    callProxy = await S3FaultProxy.startFor(connectionProxy.url);
    callProxy.selectFault = ({ method, callNumber }) => {
      const fault =
        callNumber % 29 === 0
          ? 'slow down'
          : callNumber % 37 === 0 && method === 'GET'
            ? 'cut'
            : undefined;
      if (fault) faultCounts[fault] += 1;
      return fault;
    };
    timer = setInterval(() => {
      faultCounts.connections += 1;
      connectionProxy.setDelay(faultCounts.connections % 2 === 0 ? SLOW_DELAY_MS : 0);
      connectionProxy.resetConnections();
    }, RESET_INTERVAL_MS);
    const settings = { ...bucket.settings, DATA_DIR: folder, S3_ENDPOINT: callProxy.url };
    store = new S3ArtifactStore(Object.assign(new Env(), settings));
    await store.onModuleInit();
  }, 180_000);
  afterAll(async () => {
    clearInterval(timer);
    store.onApplicationShutdown();
    await callProxy.close();
    await connectionProxy.refuseConnections();
    await bucket.close();
    await rm(folder, { recursive: true });
  });

  /** Repeats work that fails with an uncounted error, as the app does. */
  async function retryUncounted<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof AppError) || error.retry !== 'uncounted') throw error;
        faultCounts.repeated += 1;
      }
    }
  }
  async function forEachKey(work: (key: string, index: number) => Promise<void>): Promise<void> {
    const entries = keys.entries();
    const runWorker = async () => {
      for (const [index, key] of entries) await retryUncounted(() => work(key, index));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, runWorker));
  }
  const listKeys = () =>
    retryUncounted(async () => {
      const listedKeys: string[] = [];
      for await (const page of store.list()) listedKeys.push(...page.map(({ key }) => key));
      return listedKeys.toSorted();
    });

  it(
    `S3ArtifactStore with a faulty connection stores, finds, reads, lists and removes ${OBJECT_COUNT} objects without losing any`,
    async () => {
      await forEachKey(async (key, index) => {
        const path = store.createTemporaryPath();
        await writeFile(path, buildContent(key, index));
        await store.put(path, key, 'jpeg').catch(async (error: unknown) => {
          await store.discard(path);
          throw error;
        });
      });
      expect(await listKeys()).toEqual(keys.toSorted());

      const wrongKeys: string[] = [];
      await forEachKey(async (key, index) => {
        const artifact = await store.find(key, 'jpeg');
        if (artifact?.bytes !== buildContent(key, index).length) wrongKeys.push(key);
      });
      await forEachKey(async (key, index) => {
        const content = await buffer((await store.read(key, 'jpeg'))!.content);
        if (!content.equals(buildContent(key, index))) wrongKeys.push(key);
      });
      const sha256 = createHash('sha256').update(buildContent(keys[0], 0)).digest('hex');
      expect(await retryUncounted(() => store.computeSha256(keys[0], 'jpeg'))).toBe(sha256);
      expect(wrongKeys).toEqual([]);

      const artifacts = keys.map((key) => ({ key, format: 'jpeg' as const }));
      for (let start = 0; start < OBJECT_COUNT; start += 100) {
        await retryUncounted(() => store.removeAll(artifacts.slice(start, start + 100)));
      }
      await retryUncounted(() => store.removeLeftovers());
      expect(await listKeys()).toEqual([]);
      process.stdout.write(
        `${bucket.server.name}: ${OBJECT_COUNT} objects, ${callProxy.calls.length} calls, ${JSON.stringify(faultCounts)}\n`,
      );
      expect(faultCounts.cut * faultCounts['slow down'] * faultCounts.connections).toBeGreaterThan(
        0,
      );
    },
    300_000 + OBJECT_COUNT * 500,
  );
});
