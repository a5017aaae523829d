import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { VERSION } from '../../platform/config/version.js';
import { findAppliedMigrations } from '../../platform/database/migration-history.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import type { BackupFolder } from './backup-folder.js';
import { writeCompressed } from './compressed-file.js';
import { type CopyTotals, ImageCopier } from './image-copier.js';
import { listBackedUpTables, dumpQuery, dumpTables, readSequences } from './dump-tables.js';
import { HeldBackupLock } from './held-backup-lock.js';
import { LIST_IMAGES } from './image-list.js';
import { MANIFEST_FORMAT, type Manifest } from './manifest.js';

/** Temporary file with the image rows of the snapshot. The image list with checksums replaces it. */
const IMAGE_ROWS_FILE = 'images.rows.gz';
const IMAGE_LIST_FILE = 'images.list.gz';

const BEGIN_SNAPSHOT = [
  'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY',
  'SET LOCAL statement_timeout = 0',
  'SET LOCAL idle_in_transaction_session_timeout = 0',
].join(';');

export interface BackupResult {
  snapshot: string;
  manifest: Manifest;
  images: CopyTotals;
}

/**
 * Writes a consistent backup while the app runs:
 * 1. Takes the lock that prevents garbage collection from removing files.
 * 2. Writes all tables from one snapshot. The file of each row exists, because the app stores a file before
 *    it writes the row.
 * 3. Copies the files of these rows, then releases the lock.
 * 4. Writes the manifest.
 *
 * @param dataSource data source with two connections
 */
export async function createBackup(
  dataSource: DataSource,
  store: ArtifactStore,
  folder: BackupFolder,
  onProgress: (totals: CopyTotals) => void,
): Promise<BackupResult> {
  const driver = dataSource.driver as PostgresDriver;
  const [client, release] = await driver.obtainMasterConnection();
  try {
    const lock = await HeldBackupLock.acquire(client as PoolClient);
    try {
      return await backUpWithLock(lock, dataSource, store, folder, onProgress);
    } finally {
      lock.stopPinging();
    }
  } finally {
    release(true);
  }
}

async function backUpWithLock(
  lock: HeldBackupLock,
  dataSource: DataSource,
  store: ArtifactStore,
  folder: BackupFolder,
  onProgress: (totals: CopyTotals) => void,
): Promise<BackupResult> {
  const database = await new ArtifactsRepository(dataSource).readDatabaseId();
  await folder.prepareFolder(database);
  const snapshot = await folder.createSnapshot(new Date());
  const path = folder.getSnapshotPath(snapshot);
  const databaseManifest = await dumpDatabase(dataSource, database, path);
  const imageCopier = new ImageCopier(store, folder);
  const lines = forwardLines(imageCopier.copyImages(join(path, IMAGE_ROWS_FILE)), () => {
    lock.assertHeld();
    onProgress(imageCopier.totals);
  });
  const sha256 = await writeCompressed(Readable.from(lines), join(path, IMAGE_LIST_FILE));
  await lock.release();
  await rm(join(path, IMAGE_ROWS_FILE));
  const { fileCount, bytes } = imageCopier.totals;
  const manifest = {
    ...databaseManifest,
    images: { file: IMAGE_LIST_FILE, sha256, files: fileCount, bytes },
  };
  await folder.writeManifest(snapshot, manifest);
  return { snapshot, manifest, images: imageCopier.totals };
}

async function dumpDatabase(
  dataSource: DataSource,
  database: string,
  path: string,
): Promise<Omit<Manifest, 'images'>> {
  const names = listBackedUpTables(dataSource);
  const driver = dataSource.driver as PostgresDriver;
  const [client, release] = await driver.obtainMasterConnection();
  const connection = client as PoolClient;
  let isCommitted = false;
  try {
    await connection.query(BEGIN_SNAPSHOT);
    const migrations = await findAppliedMigrations(
      async (sql) => (await connection.query(sql)).rows,
    );
    const tables = await dumpTables(connection, names, path);
    await dumpQuery(connection, LIST_IMAGES, join(path, IMAGE_ROWS_FILE));
    const sequences = await readSequences(connection, names);
    await connection.query('COMMIT');
    isCommitted = true;
    return {
      format: MANIFEST_FORMAT,
      app_version: VERSION,
      created_at: new Date().toISOString(),
      database,
      migrations,
      tables,
      sequences,
    };
  } finally {
    release(!isCommitted);
  }
}

async function* forwardLines(
  lines: AsyncIterable<string>,
  onLine: () => void,
): AsyncGenerator<string> {
  for await (const line of lines) {
    onLine();
    yield line;
  }
}
