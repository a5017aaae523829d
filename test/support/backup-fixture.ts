import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll } from 'vitest';
import { BackupFolder } from '../../src/modules/backup/backup-folder.js';
import { createBackup } from '../../src/modules/backup/create-backup.js';
import { type OpenDataSource, restoreBackup } from '../../src/modules/backup/restore-backup.js';
import { Env } from '../../src/platform/config/env.js';
import { openForMigrations } from '../../src/platform/database/prepare-schema.js';
import type { ArtifactStore } from '../../src/platform/storage/artifact-store.js';
import { DiskArtifactStore } from '../../src/platform/storage/disk-artifact-store.js';
import { createEmptyDatabase, type TestDatabase } from './database.js';
import { completedResult, ProcessingFixture } from './processing-fixture.js';

export const IMAGE_COUNT = 40;
const ignoreProgress = () => undefined;

export const artifactKeyOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');
export const contentOf = (n: number) => `content ${n}`;

/** Backs up a request with `IMAGE_COUNT` completed images, and restores it. The methods take folder names. */
export class BackupFixture {
  readonly processing = ProcessingFixture.forThisFile();
  folder!: string;
  store!: DiskArtifactStore;
  requestId!: string;
  private readonly databases: TestDatabase[] = [];

  /** Call it once, at the top of a test file. */
  static forThisFile(): BackupFixture {
    const fixture = new BackupFixture();
    beforeAll(() => fixture.open());
    afterAll(() => fixture.close());
    return fixture;
  }

  pathOf(name: string): string {
    return join(this.folder, name);
  }

  async openDisk(name: string): Promise<DiskArtifactStore> {
    const settings = { DATA_DIR: this.pathOf(name) };
    const store = new DiskArtifactStore(Object.assign(new Env(), settings));
    await store.onModuleInit();
    return store;
  }

  async putArtifact(store: ArtifactStore, key: string, content: string): Promise<void> {
    const path = store.createTemporaryPath();
    await writeFile(path, content);
    await store.put(path, key, 'jpeg');
  }

  backUp(
    name: string,
    store: ArtifactStore = this.store,
    dataSource: DataSource = this.processing.rows.dataSource,
  ) {
    return createBackup(dataSource, store, new BackupFolder(this.pathOf(name)), ignoreProgress);
  }

  async createDatabase(DATABASE_SCHEMA = ''): Promise<{ url: string; open: OpenDataSource }> {
    const database = await createEmptyDatabase();
    this.databases.push(database);
    const { url } = database;
    const settings = { DATABASE_URL: url, DATABASE_SCHEMA, MIGRATE: 'auto' } as const;
    return { url, open: (isIncluded) => openForMigrations(settings, isIncluded) };
  }

  async restore(name: string, store: ArtifactStore, open: OpenDataSource, storage = 'storage') {
    const folder = new BackupFolder(this.pathOf(name));
    const snapshot = (await folder.listSnapshots()).at(-1)!;
    const manifest = await folder.readManifest(snapshot);
    const input = { folder, snapshot, manifest, store, storage, openDataSource: open };
    return restoreBackup({ ...input, onProgress: ignoreProgress });
  }

  private async open(): Promise<void> {
    const { processing } = this;
    this.folder = await mkdtemp(join(tmpdir(), 'pressroom-backup-'));
    this.store = await this.openDisk('data');
    await processing.rows.dataSource.query('TRUNCATE artifacts, images, processing_requests');
    const { id, images } = await processing.rows.insertRequest(IMAGE_COUNT);
    this.requestId = id;
    for (const [n, image] of images.entries()) {
      const content = contentOf(n);
      const sha256 = createHash('sha256').update(content).digest('hex');
      await this.putArtifact(this.store, artifactKeyOf(n), content);
      await processing.rows.insertArtifact(artifactKeyOf(n), { bytes: content.length, sha256 });
      await processing.recordResult(
        await processing.claimImages([image]),
        completedResult({ artifactKey: artifactKeyOf(n) }),
      );
    }
  }

  private async close(): Promise<void> {
    await Promise.all(this.databases.map((database) => database.drop()));
    await rm(this.folder, { recursive: true });
  }
}
