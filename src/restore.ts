/**
 * `npm run restore`, `node dist/restore.js`: restores a backup of `npm run backup` to an empty database and an
 * empty storage. With `--verify` it then reads every restored file, as `npm run verify -- --deep` does.
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
import { openStorage } from './platform/storage/open-storage.js';
import { runCommand, writeLine } from './run-command.js';

const RESTORED = 0;
const LOST_FILES = 1;
const FAILED = 2;
const LISTED = 10;

Logger.overrideLogger(['warn', 'error', 'fatal']);

async function selectSnapshot(folder: BackupFolder, wanted?: string): Promise<string> {
  const names = await folder.listSnapshots();
  if (names.length === 0) {
    throw new BackupError(`${folder.path} contains no complete backup. Check the folder.`);
  }
  const name = wanted ?? names.at(-1)!;
  if (names.includes(name)) return name;
  throw new BackupError(`There is no backup "${name}". Complete backups: ${names.join(', ')}.`);
}

async function restore(input: Omit<RestoreInput, 'onProgress'>): Promise<RestoreResult> {
  const onProgress = createProgressReporter(writeLine, 'images restored');
  const result = await restoreBackup({ ...input, onProgress });
  const { fileCount, bytes, lostImages, rowCount, isOrphanCleanupOn } = result;
  writeLine(
    `The database has ${formatQuantity(rowCount, 'row')}, and the storage ${formatQuantity(fileCount, 'image')} (${(bytes / 1e6).toFixed(1)} MB).`,
  );
  if (lostImages.length > 0) {
    const more = lostImages.length > LISTED ? ' …' : '';
    writeLine(
      `The backup lacks ${formatQuantity(lostImages.length, 'image')}: ${lostImages.slice(0, LISTED).join(', ')}${more}. Run npm run verify -- --repair to download them again.`,
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
  const began = Date.now();
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
      seconds: (Date.now() - began) / 1000,
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
    return help ? RESTORED : FAILED;
  }
  const env = readSettings();
  const folder = new BackupFolder(path);
  const name = await selectSnapshot(folder, snapshot);
  const manifest = await folder.readManifest(name);
  writeLine(`Restoring ${folder.getSnapshotPath(name)} of ${manifest.created_at}.`);
  await mkdir(env.DATA_DIR, { recursive: true });
  const database = await openCommandDatabase(env, { create: true });
  try {
    const store = await openStorage(env);
    await (store as Partial<OnModuleInit>).onModuleInit?.();
    const { DATABASE_SCHEMA } = env;
    // A restore migrates with each value of MIGRATE, as `npm run migrate` does.
    const settings = { DATABASE_URL: database.url, DATABASE_SCHEMA, MIGRATE: 'auto' } as const;
    const open: OpenDataSource = (isWanted) => openForMigrations(settings, isWanted);
    const storage = storageLocation(env);
    const input = { folder, snapshot: name, manifest, store, storage, openDataSource: open };
    const { lostImages, isOrphanCleanupOn } = await restore(input);
    const problems = verify
      ? await verifyFiles(await open(() => true), store, isOrphanCleanupOn)
      : 0;
    return lostImages.length + problems > 0 ? LOST_FILES : RESTORED;
  } finally {
    await database.close();
  }
});
