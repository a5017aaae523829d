/**
 * `npm run restore`, `node dist/restore.js`: restores a backup from `npm run backup` to an empty database and an
 * empty storage. With `--verify`, it also reads every restored file, like `npm run verify -- --deep`.
 */
import 'reflect-metadata';
import { mkdir } from 'node:fs/promises';
import type { OnModuleInit } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { openCommandDatabase } from './command-database.js';
import { parseRestoreArguments, RESTORE_USAGE } from './modules/backup/backup-arguments.js';
import { BackupError } from './modules/backup/backup-error.js';
import { BackupFolder } from './modules/backup/backup-folder.js';
import { createProgressReporter } from './modules/backup/progress-reporter.js';
import {
  type OpenDataSource,
  restoreBackup,
  type RestoreInput,
  type RestoreResult,
} from './modules/backup/restore-backup.js';
import { FileVerification } from './modules/verify/file-verification.js';
import { VerificationReport } from './modules/verify/verification-report.js';
import { storageLocation } from './platform/config/storage-settings.js';
import { openForMigrations } from './platform/database/prepare-schema.js';
import { ArtifactRepairRepository } from './platform/database/repositories/artifact-repair.js';
import { ArtifactVerificationRepository } from './platform/database/repositories/artifact-verification.js';
import { formatQuantity } from './platform/logging/format-quantity.js';
import type { ArtifactStore } from './platform/storage/artifact-store.js';
import { openStorage } from './platform/storage/storage-drivers.js';
import { runCommand, writeLine } from './run-command.js';

const EXIT_RESTORED = 0;
const EXIT_LOST_FILES = 1;
const EXIT_FAILED = 2;
/** Maximum number of images to list. */
const MAX_LISTED_IMAGES = 10;

Logger.overrideLogger(['warn', 'error', 'fatal']);

async function selectSnapshot(folder: BackupFolder, requestedName?: string): Promise<string> {
  const names = await folder.listSnapshots();
  if (names.length === 0) {
    throw new BackupError(`${folder.path} contains no complete backup. Check the folder.`);
  }
  const name = requestedName ?? names.at(-1)!;
  if (names.includes(name)) return name;
  throw new BackupError(`There is no backup "${name}". Complete backups: ${names.join(', ')}.`);
}

async function restore(input: Omit<RestoreInput, 'onProgress'>): Promise<RestoreResult> {
  const onProgress = createProgressReporter(writeLine, 'images restored');
  const result = await restoreBackup({ ...input, onProgress });
  const { fileCount, bytes, lostImages, rowCount, isOrphanCleanupOn } = result;
  writeLine(
    `The database has ${formatQuantity(rowCount, 'row')}, and storage has ${formatQuantity(fileCount, 'image')} (${(bytes / 1e6).toFixed(1)} MB).`,
  );
  if (lostImages.length > 0) {
    const ellipsis = lostImages.length > MAX_LISTED_IMAGES ? ' …' : '';
    writeLine(
      `Not restored: ${formatQuantity(lostImages.length, 'image')}, missing or damaged in the backup: ${lostImages.slice(0, MAX_LISTED_IMAGES).join(', ')}${ellipsis}. Run npm run verify -- --repair to download them again.`,
    );
  }
  if (!isOrphanCleanupOn) {
    writeLine(
      `Orphan cleanup is off: another database used the storage. If this database permanently replaces the other one, remove ${input.store.ownerMarker}.`,
    );
  }
  return result;
}

async function verifyFiles(
  dataSource: DataSource,
  store: ArtifactStore,
  isOrphanCleanupOn: boolean,
): Promise<number> {
  const startedAt = Date.now();
  try {
    const verification = new FileVerification(
      {
        rows: new ArtifactVerificationRepository(dataSource),
        repairs: new ArtifactRepairRepository(dataSource),
        store,
      },
      { deep: true, repair: false },
    );
    const report = new VerificationReport(process.stdout, false);
    for await (const problem of verification.findProblems()) await report.writeProblem(problem);
    await report.writeResult({
      totals: verification.totals,
      repair: false,
      seconds: (Date.now() - startedAt) / 1000,
      isOrphanCleanupOn,
      ownerMarker: store.ownerMarker,
    });
    return verification.totals.problemCount;
  } finally {
    await dataSource.destroy();
  }
}

await runCommand(RESTORE_USAGE, async (readSettings) => {
  const { folder: path, help, snapshot, verify } = parseRestoreArguments(process.argv.slice(2));
  if (help || path === undefined) {
    writeLine(RESTORE_USAGE);
    return help ? EXIT_RESTORED : EXIT_FAILED;
  }
  const env = readSettings();
  const folder = new BackupFolder(path);
  const name = await selectSnapshot(folder, snapshot);
  const manifest = await folder.readManifest(name);
  writeLine(`Restoring ${folder.getSnapshotPath(name)}, created at ${manifest.created_at}.`);
  await mkdir(env.DATA_DIR, { recursive: true });
  const database = await openCommandDatabase(env, { create: true });
  try {
    const store = await openStorage(env);
    await (store as Partial<OnModuleInit>).onModuleInit?.();
    const { DATABASE_SCHEMA } = env;
    // Applies migrations regardless of MIGRATE, like `npm run migrate`.
    const settings = { DATABASE_URL: database.url, DATABASE_SCHEMA, MIGRATE: 'auto' } as const;
    const openDataSource: OpenDataSource = (shouldApply) =>
      openForMigrations(settings, shouldApply);
    const storage = storageLocation(env);
    const input = { folder, snapshot: name, manifest, store, storage, openDataSource };
    const { lostImages, isOrphanCleanupOn } = await restore(input);
    const problemCount = verify
      ? await verifyFiles(await openDataSource(() => true), store, isOrphanCleanupOn)
      : 0;
    return lostImages.length + problemCount > 0 ? EXIT_LOST_FILES : EXIT_RESTORED;
  } finally {
    await database.close();
  }
});
