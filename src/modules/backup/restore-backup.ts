import { join } from 'node:path';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { migrate } from '../../platform/database/migrate.js';
import { findAppliedMigrations } from '../../platform/database/migration-history.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { BackupError } from './backup-error.js';
import type { BackupFolder } from './backup-folder.js';
import { sha256OfFile } from './compressed-file.js';
import { listBackedUpTables, quoteIdentifier } from './dump-tables.js';
import { findNonEmptyTables, loadTables } from './load-tables.js';
import type { Manifest } from './manifest.js';
import { ImageRestore, type RestoreTotals } from './restore-images.js';
import { findProgress, recordBegin, recordLoaded, REMOVE_PROGRESS } from './restore-progress.js';
import { withConnection } from './with-connection.js';

/** Opens the database of the restore with some of the migrations of this version. */
export type OpenDataSource = (isWanted: (migration: string) => boolean) => Promise<DataSource>;

export interface RestoreInput {
  folder: BackupFolder;
  /** Name of the snapshot. */
  snapshot: string;
  manifest: Manifest;
  store: ArtifactStore;
  /** Name of the storage, from `storageLocation`. */
  storage: string;
  open: OpenDataSource;
  onProgress: (totals: RestoreTotals) => void;
}

export interface RestoreResult extends RestoreTotals {
  /** Rows in the database. */
  rows: number;
  /** False if another database had claimed the storage. */
  orphanCleanup: boolean;
}

/**
 * Restores a backup to an empty database and an empty storage. Continues an interrupted restore by its progress
 * in the database. Restores the files first, then the rows in one transaction.
 *
 * @throws BackupError when a target is not empty, or the backup is damaged or of a later version
 */
export async function restoreBackup(input: RestoreInput): Promise<RestoreResult> {
  const restore = new ImageRestore(input.folder, input.store);
  await restoreContent(input, restore);
  return { ...restore.totals, ...(await completeDatabase(input)) };
}

/** Restores the missing images, then the rows, using the migrations of the backup. */
async function restoreContent(input: RestoreInput, restore: ImageRestore): Promise<void> {
  const { folder, snapshot, manifest, open, onProgress } = input;
  const path = folder.snapshotPath(snapshot);
  const ofBackup = new Set(manifest.migrations);
  const dataSource = await open((name) => ofBackup.has(name));
  try {
    assertKnown(dataSource, manifest);
    await verifyFiles(path, manifest);
    const isLoaded = await withConnection(dataSource, (connection) =>
      beginRestore(connection, dataSource, input),
    );
    await restore.restoreImages(join(path, manifest.images.file), onProgress);
    if (isLoaded) return;
    await migrate(dataSource);
    await withConnection(dataSource, (connection) =>
      loadTables(connection, path, manifest, recordLoaded),
    );
  } finally {
    await dataSource.destroy();
  }
}

/** Checks that the targets are empty or contain part of this backup. Returns true if the rows are loaded. */
async function beginRestore(
  connection: PoolClient,
  dataSource: DataSource,
  { snapshot, manifest, store, storage }: RestoreInput,
): Promise<boolean> {
  const progress = await findProgress(connection);
  if (progress?.isLoaded !== true) {
    await assertNotLater(connection, manifest);
    await assertEmptyDatabase(connection, listBackedUpTables(dataSource));
  }
  if (progress === undefined) {
    await assertEmptyStorage(store, storage);
    await recordBegin(connection, snapshot, storage);
    return false;
  }
  if (progress.snapshot !== snapshot || progress.storage !== storage) {
    throw new BackupError(
      `The restore of the backup "${progress.snapshot}" to ${progress.storage} has begun on this database. Continue it with --snapshot and the same storage, or use a new database and an empty storage.`,
    );
  }
  return progress.isLoaded;
}

/** Applies later migrations, and releases all claims of the original installation. */
async function completeDatabase({
  open,
  store,
}: RestoreInput): Promise<Pick<RestoreResult, 'rows' | 'orphanCleanup'>> {
  const dataSource = await open(() => true);
  try {
    await migrate(dataSource);
    const tables = listBackedUpTables(dataSource).map(quoteIdentifier);
    // The storage was empty, so orphan cleanup can trust the restored database.
    const orphanCleanup = await store.claimForDatabase(
      await new ArtifactsRepository(dataSource).readDatabaseId(),
    );
    return await dataSource.transaction(async (db) => {
      await db.query('SET LOCAL statement_timeout = 0');
      // A running app has its own claims. It releases the claims of the backup when they expire.
      const apps = await db.query<unknown[]>('SELECT 1 FROM workers LIMIT 1');
      if (apps.length === 0) await new ImagesRepository(dataSource).releaseAllClaims(db);
      await db.query(`ANALYZE ${tables.join(', ')}`);
      const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`);
      const [{ rows }] = await db.query<[{ rows: string }]>(`SELECT ${counts.join(' + ')} AS rows`);
      await db.query(REMOVE_PROGRESS);
      return { rows: Number(rows), orphanCleanup };
    });
  } finally {
    await dataSource.destroy();
  }
}

function assertKnown(dataSource: DataSource, { migrations, app_version }: Manifest): void {
  const known = new Set(dataSource.migrations.map(({ name }) => name));
  const unknown = migrations.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new BackupError(
    `The backup is from Pressroom ${app_version}, which is newer than this version (${unknown.join(', ')}). Install that version or a later one.`,
  );
}

/** Data migrations that the database has already applied would not change the restored rows. */
async function assertNotLater(connection: PoolClient, { migrations }: Manifest): Promise<void> {
  const applied = await findAppliedMigrations(async (sql) => (await connection.query(sql)).rows);
  const later = applied.filter((name) => !migrations.includes(name));
  if (later.length === 0) return;
  throw new BackupError(
    `The database has migrations that are newer than the backup (${later.join(', ')}). Restore to a new database.`,
  );
}

async function assertEmptyDatabase(connection: PoolClient, tables: string[]): Promise<void> {
  const nonEmpty = await findNonEmptyTables(connection, tables);
  if (nonEmpty.length === 0) return;
  const { rows } = await connection.query<{ database: string }>(
    'SELECT current_database()::text AS database',
  );
  throw new BackupError(
    `The database "${rows[0].database}" is not empty. Tables with rows: ${nonEmpty.join(', ')}. Restore to a new database.`,
  );
}

async function assertEmptyStorage(store: ArtifactStore, storage: string): Promise<void> {
  for await (const [first] of store.list()) {
    const name = store.getLocation(first.key, first.format);
    throw new BackupError(
      `The storage is not empty: ${storage} contains ${name}. Set DATA_DIR to an empty folder, or S3_BUCKET and S3_PREFIX to an empty bucket or prefix. To continue an interrupted restore, use its database.`,
    );
  }
}

/** Verifies the checksums of the database files before the restore. */
async function verifyFiles(path: string, { tables, images }: Manifest): Promise<void> {
  for (const { file, sha256 } of [...tables, images]) {
    if ((await sha256OfFile(join(path, file))) === sha256) continue;
    throw new BackupError(`${join(path, file)} is damaged. Restore another backup (--snapshot).`);
  }
}
