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

/** `STORAGE_FAULT_OBJECTS=10000 npx vitest run --project e2e test/e2e/s3-faults` is the long run. */
const OBJECTS = Number(process.env.STORAGE_FAULT_OBJECTS ?? 150);
const CONCURRENCY = 24;
const [SMALL, LARGE] = [4000, 9 * 1024 * 1024];
/** Between two cuts of all connections; every other one is followed by a slow phase. */
const CUT_EVERY_MS = 1500;
const SLOW_MS = 40;

describe('S3ArtifactStore with a faulty connection', () => {
  let bucket: TestBucket;
  let connections: FaultProxy;
  let calls: S3FaultProxy;
  let store: S3ArtifactStore;
  let folder: string;
  let timer: NodeJS.Timeout;
  const faults = { 'slow down': 0, cut: 0, connections: 0, repeated: 0 };
  const keys = Array.from({ length: OBJECTS }, () => randomBytes(32).toString('hex'));
  const contentOf = (key: string, at: number) =>
    Buffer.alloc(at % 1000 === 0 ? LARGE : SMALL, Buffer.from(key, 'hex'));

  beforeAll(async () => {
    bucket = await openSharedBucket();
    Object.assign(process.env, bucket.credentials);
    folder = await mkdtemp(join(tmpdir(), 'pressroom-s3-faults-'));
    connections = await FaultProxy.startBefore(bucket.server.endpoint);
    calls = await S3FaultProxy.startBefore(connections.url);
    calls.selectFault = ({ method, callNumber }) => {
      const fault =
        callNumber % 29 === 0
          ? 'slow down'
          : callNumber % 37 === 0 && method === 'GET'
            ? 'cut'
            : undefined;
      if (fault) faults[fault] += 1;
      return fault;
    };
    timer = setInterval(() => {
      faults.connections += 1;
      connections.setDelay(faults.connections % 2 === 0 ? SLOW_MS : 0);
      connections.resetConnections();
    }, CUT_EVERY_MS);
    const settings = { ...bucket.settings, DATA_DIR: folder, S3_ENDPOINT: calls.url };
    store = new S3ArtifactStore(Object.assign(new Env(), settings));
    await store.onModuleInit();
  }, 180_000);
  afterAll(async () => {
    clearInterval(timer);
    store.onApplicationShutdown();
    await calls.close();
    await connections.refuseConnections();
    await bucket.close();
    await rm(folder, { recursive: true });
  });

  /** Repeats what fails with an error that costs no attempt, as the app does. */
  async function repeated<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof AppError) || error.retry !== 'uncounted') throw error;
        faults.repeated += 1;
      }
    }
  }
  async function forEachKey(work: (key: string, at: number) => Promise<void>): Promise<void> {
    const entries = keys.entries();
    const run = async () => {
      for (const [at, key] of entries) await repeated(() => work(key, at));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, run));
  }
  const listed = () =>
    repeated(async () => {
      const all: string[] = [];
      for await (const page of store.list()) all.push(...page.map(({ key }) => key));
      return all.toSorted();
    });

  it(
    `S3ArtifactStore with a faulty connection stores, finds, reads, lists and removes ${OBJECTS} objects without a loss`,
    async () => {
      await forEachKey(async (key, at) => {
        const path = store.temporaryPath();
        await writeFile(path, contentOf(key, at));
        await store.put(path, key, 'jpeg').catch(async (error: unknown) => {
          await store.discard(path);
          throw error;
        });
      });
      expect(await listed()).toEqual(keys.toSorted());

      const wrong: string[] = [];
      await forEachKey(async (key, at) => {
        const found = await store.find(key, 'jpeg');
        if (found?.bytes !== contentOf(key, at).length) wrong.push(key);
      });
      await forEachKey(async (key, at) => {
        const content = await buffer((await store.read(key, 'jpeg'))!.content);
        if (!content.equals(contentOf(key, at))) wrong.push(key);
      });
      const sha256 = createHash('sha256').update(contentOf(keys[0], 0)).digest('hex');
      expect(await repeated(() => store.sha256Of(keys[0], 'jpeg'))).toBe(sha256);
      expect(wrong).toEqual([]);

      const artifacts = keys.map((key) => ({ key, format: 'jpeg' as const }));
      for (let from = 0; from < OBJECTS; from += 100) {
        await repeated(() => store.removeAll(artifacts.slice(from, from + 100)));
      }
      await repeated(() => store.removeLeftovers());
      expect(await listed()).toEqual([]);
      process.stdout.write(
        `${bucket.server.name}: ${OBJECTS} objects, ${calls.calls.length} calls, ${JSON.stringify(faults)}\n`,
      );
      expect(faults.cut * faults['slow down'] * faults.connections).toBeGreaterThan(0);
    },
    300_000 + OBJECTS * 500,
  );
});
