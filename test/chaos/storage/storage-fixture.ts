import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { Env } from '../../../src/platform/config/env.js';
import { dataSourceOptions } from '../../../src/platform/database/data-source.js';
import { startEmbeddedServers } from '../../../src/platform/embedded/embedded-servers.js';
import { DiskArtifactStore } from '../../../src/platform/storage/disk-artifact-store.js';
import { S3ArtifactStore } from '../../../src/platform/storage/s3/s3-artifact-store.js';
import { openTestBucket, type TestBucket } from '../../support/s3/test-bucket.js';
import { StorageFaults } from './storage-faults.js';

/** Provides a bucket with and without a faulty proxy, a folder, and PostgreSQL. */
export class StorageFixture {
  private constructor(
    readonly bucket: TestBucket,
    readonly faults: StorageFaults,
    /** Settings of an app that uses the faulty proxy. */
    readonly env: Env,
    /** Uses the faulty proxy. */
    readonly store: S3ArtifactStore,
    /** Uses the bucket without the faulty proxy. */
    readonly directStore: S3ArtifactStore,
    readonly diskStore: DiskArtifactStore,
    readonly dataSource: DataSource,
    private readonly stopServers: () => Promise<void>,
  ) {}

  static async start(seed: number): Promise<StorageFixture> {
    const bucket = await openTestBucket();
    Object.assign(process.env, bucket.credentials);
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-storage-'));
    const silentLog = { info: () => {}, warn: () => {}, error: () => {} };
    // Starts only PostgreSQL, because this test does not use Redis.
    const serverSettings = { DATA_DIR: directory, REDIS_URL: 'redis://127.0.0.1:1' };
    const servers = await startEmbeddedServers(serverSettings, silentLog, { throwaway: true });
    const options = dataSourceOptions(servers.databaseUrl);
    const dataSource = await new DataSource(options).initialize();
    await dataSource.runMigrations();
    const faults = await StorageFaults.startFor(bucket.server.endpoint, seed);
    const settings = { ...bucket.settings, DATA_DIR: directory };
    const env = Object.assign(new Env(), settings, { S3_ENDPOINT: faults.url });
    const store = new S3ArtifactStore(env);
    const directStore = new S3ArtifactStore(Object.assign(new Env(), settings));
    const diskStore = new DiskArtifactStore(env);
    await Promise.all([store.onModuleInit(), directStore.onModuleInit(), diskStore.onModuleInit()]);
    const stop = async () => {
      await servers.stop();
      await rm(directory, { recursive: true });
    };
    return new StorageFixture(bucket, faults, env, store, directStore, diskStore, dataSource, stop);
  }

  /** Environment variables for a command such as `storage:migrate`. */
  get commandEnv(): Record<string, string> {
    const { S3_ENDPOINT, DATA_DIR } = this.env;
    return {
      ...this.bucket.settings,
      ...this.bucket.credentials,
      S3_ENDPOINT: S3_ENDPOINT!,
      DATA_DIR,
    };
  }

  async close(): Promise<void> {
    this.store.onApplicationShutdown();
    this.directStore.onApplicationShutdown();
    await this.faults.close();
    await this.bucket.close();
    await this.dataSource.destroy();
    await this.stopServers();
  }
}
