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
import { computeFileSha256 } from './compressed-file.js';
import { listBackedUpTables, quoteIdentifier } from './dump-tables.js';
import { findNonEmptyTables, loadTables } from './load-tables.js';
import type { Manifest } from './manifest.js';
import { ImageRestorer, type RestoreTotals } from './image-restorer.js';
import {
  findRestoreProgress,
  recordRestoreStart,
  recordRowsLoaded,
  DROP_PROGRESS_TABLE,
} from './restore-progress.js';
import { withConnection } from './with-connection.js';

/** Opens the target database with the migrations that `isIncluded` selects. */
export type OpenDataSource = (isIncluded: (migration: string) => boolean) => Promise<DataSource>;

export interface RestoreInput {
  folder: BackupFolder;
  /** Name of the snapshot. */
  snapshot: string;
  manifest: Manifest;
  store: ArtifactStore;
  /** Location of the storage, from `storageLocation`. */
  storage: string;
  openDataSource: OpenDataSource;
  onProgress: (totals: RestoreTotals) => void;
}

export interface RestoreResult extends RestoreTotals {
  /** Number of rows in the restored database. */
  rowCount: number;
  /** False if another database had claimed the storage. */
  isOrphanCleanupOn: boolean;
}

/**
 * Restores a backup to an empty database and empty storage. Restores the files first, then the rows in one
 * transaction. Records the progress in the database, to continue an interrupted restore.
 *
 * @throws BackupError if a target is not empty, or the backup is damaged or from a later version
 */
export async function restoreBackup(input: RestoreInput): Promise<RestoreResult> {
  const imageRestorer = new ImageRestorer(input.folder, input.store);
  await restoreContent(input, imageRestorer);
  return { ...imageRestorer.totals, ...(await completeDatabase(input)) };
}

/** Restores the missing images, then the rows, with the migrations of the backup. */
async function restoreContent(input: RestoreInput, imageRestorer: ImageRestorer): Promise<void> {
  const { folder, snapshot, manifest, openDataSource, onProgress } = input;
  const path = folder.getSnapshotPath(snapshot);
  const backupMigrations = new Set(manifest.migrations);
  const dataSource = await openDataSource((name) => backupMigrations.has(name));
  try {
    assertKnownMigrations(dataSource, manifest);
    await verifyDatabaseFiles(path, manifest);
    const isLoaded = await withConnection(dataSource, (connection) =>
      beginRestore(connection, dataSource, input),
    );
    await imageRestorer.restoreImages(join(path, manifest.images.file), onProgress);
    if (isLoaded) return;
    await migrate(dataSource);
    await withConnection(dataSource, (connection) =>
      loadTables(connection, path, manifest, recordRowsLoaded),
    );
  } finally {
    await dataSource.destroy();
  }
}

/** Checks that the targets are empty or contain part of this backup. Returns true if the rows are already loaded. */
async function beginRestore(
  connection: PoolClient,
  dataSource: DataSource,
  { snapshot, manifest, store, storage }: RestoreInput,
): Promise<boolean> {
  const progress = await findRestoreProgress(connection);
  if (progress?.isLoaded !== true) {
    await assertNoLaterMigrations(connection, manifest);
    await assertEmptyDatabase(connection, listBackedUpTables(dataSource));
  }
  if (progress === undefined) {
    await assertEmptyStorage(store, storage);
    await recordRestoreStart(connection, snapshot, storage);
    return false;
  }
  if (progress.snapshot !== snapshot || progress.storage !== storage) {
    throw new BackupError(
      `A restore of the backup "${progress.snapshot}" to ${progress.storage} was started on this database. Continue that restore with --snapshot and the same storage, or use a new database and empty storage.`,
    );
  }
  return progress.isLoaded;
}

/** Applies later migrations and releases all claims of the original installation. */
async function completeDatabase({
  openDataSource,
  store,
}: RestoreInput): Promise<Pick<RestoreResult, 'rowCount' | 'isOrphanCleanupOn'>> {
  const dataSource = await openDataSource(() => true);
  try {
    await migrate(dataSource);
    const tables = listBackedUpTables(dataSource).map(quoteIdentifier);
    // The storage was empty, so orphan cleanup can trust the restored database.
    const isOrphanCleanupOn = await store.claimForDatabase(
      await new ArtifactsRepository(dataSource).readDatabaseId(),
    );
    return await dataSource.transaction(async (db) => {
      await db.query('SET LOCAL statement_timeout = 0');
      // A running instance has its own claims, and it requeues the claims of the backup when they expire.
      const runningInstances = await db.query<unknown[]>('SELECT 1 FROM workers LIMIT 1');
      if (runningInstances.length === 0)
        await new ImagesRepository(dataSource).releaseAllClaims(db);
      await db.query(`ANALYZE ${tables.join(', ')}`);
      const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`);
      const [{ rows }] = await db.query<[{ rows: string }]>(`SELECT ${counts.join(' + ')} AS rows`);
      await db.query(DROP_PROGRESS_TABLE);
      return { rowCount: Number(rows), isOrphanCleanupOn };
    });
  } finally {
    await dataSource.destroy();
  }
}

function assertKnownMigrations(
  dataSource: DataSource,
  { migrations, app_version }: Manifest,
): void {
  const knownMigrations = new Set(dataSource.migrations.map(({ name }) => name));
  const unknownMigrations = migrations.filter((name) => !knownMigrations.has(name));
  if (unknownMigrations.length === 0) return;
  throw new BackupError(
    `The backup is from Pressroom ${app_version}, which is newer than this version (${unknownMigrations.join(', ')}). Install that version or a later version.`,
  );
}

/** Rejects later migrations in the database, because their data changes would not apply to restored rows. */
async function assertNoLaterMigrations(
  connection: PoolClient,
  { migrations }: Manifest,
): Promise<void> {
  const appliedMigrations = await findAppliedMigrations(
    async (sql) => (await connection.query(sql)).rows,
  );
  const laterMigrations = appliedMigrations.filter((name) => !migrations.includes(name));
  if (laterMigrations.length === 0) return;
  throw new BackupError(
    `The database has migrations that are newer than the backup (${laterMigrations.join(', ')}). Restore to a new database.`,
  );
}

async function assertEmptyDatabase(connection: PoolClient, tables: string[]): Promise<void> {
  const nonEmptyTables = await findNonEmptyTables(connection, tables);
  if (nonEmptyTables.length === 0) return;
  const { rows } = await connection.query<{ database: string }>(
    'SELECT current_database()::text AS database',
  );
  throw new BackupError(
    `The database "${rows[0].database}" is not empty. Tables with rows: ${nonEmptyTables.join(', ')}. Restore to a new database.`,
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

/** Verifies the checksums of the database files and the image list. */
async function verifyDatabaseFiles(path: string, { tables, images }: Manifest): Promise<void> {
  for (const { file, sha256 } of [...tables, images]) {
    if ((await computeFileSha256(join(path, file))) === sha256) continue;
    throw new BackupError(
      `${join(path, file)} is damaged. Restore a different backup (--snapshot).`,
    );
  }
}
