import { join } from 'node:path';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { migrate } from '../../platform/database/migrate.js';
import { ArtifactsRepository } from '../../platform/database/repositories/artifacts.js';
import { ImagesRepository } from '../../platform/database/repositories/images.js';
import type { ArtifactStore } from '../../platform/storage/artifact-store.js';
import { BackupError } from './backup-error.js';
import type { BackupFolder } from './backup-folder.js';
import { sha256OfFile } from './compressed-file.js';
import { filledTables, loadTables } from './load-tables.js';
import type { Manifest } from './manifest.js';
import { ImageRestore, type RestoreTotals } from './restore-images.js';
import type { RestoreTarget } from './restore-target.js';

/** Opens the database of the restore with some of the migrations of this version. */
export type OpenDataSource = (isWanted: (migration: string) => boolean) => Promise<DataSource>;

export interface RestoreInput {
  folder: BackupFolder;
  /** Name of the snapshot. */
  snapshot: string;
  manifest: Manifest;
  store: ArtifactStore;
  target: RestoreTarget;
  open: OpenDataSource;
  onProgress: (totals: RestoreTotals) => void;
}

/**
 * Restores a backup to an empty database and an empty storage. Continues an interrupted restore: the files
 * come first, and the rows are written in one transaction.
 *
 * @throws BackupError when a target is not empty, or the backup is damaged or of a later version
 */
export async function restoreBackup(input: RestoreInput): Promise<RestoreTotals> {
  const { folder, snapshot, store, target } = input;
  const restore = new ImageRestore(folder, store);
  if (!(await target.isLoadedFrom(snapshot))) await restoreContent(input, restore);
  await completeDatabase(input);
  await target.release();
  return restore.totals;
}

/** Restores the images, then the rows at the migrations of the backup. */
async function restoreContent(input: RestoreInput, restore: ImageRestore): Promise<void> {
  const { folder, snapshot, manifest, target, open, onProgress } = input;
  const path = folder.snapshotPath(snapshot);
  const ofBackup = new Set(manifest.migrations);
  const dataSource = await open((name) => ofBackup.has(name));
  try {
    assertKnown(dataSource, manifest);
    await withConnection(dataSource, (connection) => assertEmpty(connection));
    await target.claimFor(snapshot);
    await verifyFiles(path, manifest);
    await restore.restoreImages(join(path, manifest.images.file), onProgress);
    await migrate(dataSource);
    await withConnection(dataSource, (connection) => loadTables(connection, path, manifest));
    await target.markLoaded();
  } finally {
    await dataSource.destroy();
  }
}

/** Applies later migrations, and frees what processes of the other installation have claimed. */
async function completeDatabase({ open, store }: RestoreInput): Promise<void> {
  const dataSource = await open(() => true);
  try {
    await migrate(dataSource);
    await new ImagesRepository(dataSource).releaseAllClaims();
    await dataSource.query('ANALYZE');
    // The storage was empty, so orphan cleanup can trust the restored database.
    await store.belongsTo(await new ArtifactsRepository(dataSource).databaseIdentity());
  } finally {
    await dataSource.destroy();
  }
}

function assertKnown(dataSource: DataSource, { migrations, app_version }: Manifest): void {
  const known = new Set(dataSource.migrations.map(({ name }) => name));
  const unknown = migrations.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new BackupError(
    `The backup is from Pressroom ${app_version}, which is later than this version (${unknown.join(', ')}). Install that version or a later one.`,
  );
}

async function assertEmpty(connection: PoolClient): Promise<void> {
  const filled = await filledTables(connection);
  if (filled.length === 0) return;
  const { rows } = await connection.query<{ database: string }>(
    'SELECT current_database()::text AS database',
  );
  throw new BackupError(
    `The database "${rows[0].database}" is not empty: ${filled.join(', ')} have rows. Restore to a new database.`,
  );
}

/** Compares the checksums of the files of the database, before anything is restored. */
async function verifyFiles(path: string, { tables, images }: Manifest): Promise<void> {
  for (const { file, sha256 } of [...tables, images]) {
    if ((await sha256OfFile(join(path, file))) === sha256) continue;
    throw new BackupError(`${join(path, file)} is damaged. Restore another backup (--snapshot).`);
  }
}

async function withConnection<T>(
  dataSource: DataSource,
  use: (connection: PoolClient) => Promise<T>,
): Promise<T> {
  const [client, release] = await (dataSource.driver as PostgresDriver).obtainMasterConnection();
  try {
    return await use(client as PoolClient);
  } finally {
    release();
  }
}
