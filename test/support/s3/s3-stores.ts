import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { Env } from '../../../src/platform/config/env.js';
import { S3ArtifactStore } from '../../../src/platform/storage/s3/s3-artifact-store.js';
import { createS3ClientConfig } from '../../../src/platform/storage/s3/s3-settings.js';
import { openSharedBucket } from './shared-bucket.js';
import type { TestBucket } from './test-bucket.js';

const SERVER_START_TIMEOUT_MS = 180_000;

/** Opens stores in the bucket of a test file, and closes them after each test. */
export class S3Stores {
  bucket!: TestBucket;
  /** Folder for the temporary files of one test. */
  folder!: string;
  private readonly stores: S3ArtifactStore[] = [];

  /** Call it once, at the top of a test file. */
  static forThisFile(): S3Stores {
    const s3 = new S3Stores();
    beforeAll(async () => {
      s3.bucket = await openSharedBucket();
    }, SERVER_START_TIMEOUT_MS);
    afterAll(() => s3.bucket.close());
    beforeEach(async () => {
      for (const [name, value] of Object.entries(s3.bucket.credentials)) vi.stubEnv(name, value);
      s3.folder = await mkdtemp(join(tmpdir(), 'pressroom-s3-'));
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      s3.stores.splice(0).forEach((store) => store.onApplicationShutdown());
      await rm(s3.folder, { recursive: true });
    });
    return s3;
  }

  randomKey(): string {
    return randomBytes(32).toString('hex');
  }

  /** Returns settings of an app that uses the bucket with a new prefix. */
  createEnv(settings: Partial<Env>): Env {
    const { S3_PREFIX } = this.bucket.settings;
    const testSettings = {
      DATA_DIR: this.folder,
      S3_PREFIX: `${S3_PREFIX}${this.randomKey().slice(0, 8)}/`,
    };
    return Object.assign(new Env(), this.bucket.settings, testSettings, settings);
  }

  async openStore(settings: Partial<Env> = {}): Promise<S3ArtifactStore> {
    const store = new S3ArtifactStore(this.createEnv(settings));
    this.stores.push(store);
    await store.onModuleInit();
    return store;
  }

  /** Stores the content as a new artifact. @returns the key of the artifact */
  async putContent(store: S3ArtifactStore, content: Buffer): Promise<string> {
    const key = this.randomKey();
    const path = store.createTemporaryPath();
    await writeFile(path, content);
    await store.put(path, key, 'jpeg');
    return key;
  }

  async readContent(store: S3ArtifactStore, key: string): Promise<Buffer> {
    return buffer((await store.read(key, 'jpeg'))!.content);
  }

  /** Returns a client that accesses the bucket without a store. */
  createClient(): S3Client {
    return new S3Client(createS3ClientConfig(this.createEnv({})));
  }
}
