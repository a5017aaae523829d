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
import { completed, RowWork } from './row-work.js';

export const IMAGES = 40;
const ignore = () => undefined;

export const keyOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');
export const contentOf = (n: number) => `content ${n}`;

/** Backs up a request with `IMAGES` completed images, and restores it. All names are those of folders. */
export class Backups {
  readonly work = RowWork.forThisFile();
  folder!: string;
  store!: DiskArtifactStore;
  requestId!: string;
  private readonly databases: TestDatabase[] = [];

  /** Call it once, at the top of a test file. */
  static forThisFile(): Backups {
    const backups = new Backups();
    beforeAll(() => backups.open());
    afterAll(() => backups.close());
    return backups;
  }

  pathOf(name: string): string {
    return join(this.folder, name);
  }

  async openDisk(name: string): Promise<DiskArtifactStore> {
    const settings = { DATA_DIR: this.pathOf(name) };
    const disk = new DiskArtifactStore(Object.assign(new Env(), settings));
    await disk.onModuleInit();
    return disk;
  }

  async put(to: ArtifactStore, key: string, content: string): Promise<void> {
    const path = to.createTemporaryPath();
    await writeFile(path, content);
    await to.put(path, key, 'jpeg');
  }

  backUp(
    to: string,
    from: ArtifactStore = this.store,
    dataSource: DataSource = this.work.rows.dataSource,
  ) {
    return createBackup(dataSource, from, new BackupFolder(this.pathOf(to)), ignore);
  }

  async newDatabase(DATABASE_SCHEMA = ''): Promise<{ url: string; open: OpenDataSource }> {
    const database = await createEmptyDatabase();
    this.databases.push(database);
    const { url } = database;
    const settings = { DATABASE_URL: url, DATABASE_SCHEMA, MIGRATE: 'auto' } as const;
    return { url, open: (isWanted) => openForMigrations(settings, isWanted) };
  }

  async restore(from: string, to: ArtifactStore, open: OpenDataSource, storage = 'storage') {
    const folder = new BackupFolder(this.pathOf(from));
    const snapshot = (await folder.listSnapshots()).at(-1)!;
    const manifest = await folder.readManifest(snapshot);
    const input = { folder, snapshot, manifest, store: to, storage, openDataSource: open };
    return restoreBackup({ ...input, onProgress: ignore });
  }

  private async open(): Promise<void> {
    const { work } = this;
    this.folder = await mkdtemp(join(tmpdir(), 'pressroom-backup-'));
    this.store = await this.openDisk('data');
    await work.rows.dataSource.query('TRUNCATE artifacts, images, processing_requests');
    const { id, images } = await work.rows.request(IMAGES);
    this.requestId = id;
    for (const [n, image] of images.entries()) {
      const content = contentOf(n);
      const sha256 = createHash('sha256').update(content).digest('hex');
      await this.put(this.store, keyOf(n), content);
      await work.rows.artifact(keyOf(n), { bytes: content.length, sha256 });
      await work.end(await work.claim([image]), completed({ artifactKey: keyOf(n) }));
    }
  }

  private async close(): Promise<void> {
    await Promise.all(this.databases.map((database) => database.drop()));
    await rm(this.folder, { recursive: true });
  }
}
