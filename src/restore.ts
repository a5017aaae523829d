/**
 * `npm run restore`, `node dist/restore.js`: restores a backup of `npm run backup` to an empty database and an
 * empty storage. With `--verify` it then reads every restored file, as `npm run verify -- --deep` does.
 */
import 'reflect-metadata';
import { mkdir } from 'node:fs/promises';
import type { OnModuleInit } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { openCommandDatabase } from './command-database.js';
import { parseRestoreArguments, RESTORE_USAGE } from './modules/backup/backup-arguments.js';
import { BackupError } from './modules/backup/backup-error.js';
import { BackupFolder } from './modules/backup/backup-folder.js';
import type { Manifest } from './modules/backup/manifest.js';
import { progressLine } from './modules/backup/progress-line.js';
import { type OpenDataSource, restoreBackup } from './modules/backup/restore-backup.js';
import { RestoreTarget } from './modules/backup/restore-target.js';
import { FileVerification } from './modules/verify/verify-files.js';
import { VerifyReport } from './modules/verify/verify-report.js';
import { dataSourceOptions } from './platform/database/data-source.js';
import { ArtifactRepairRepository } from './platform/database/repositories/artifact-repair.js';
import { ArtifactVerificationRepository } from './platform/database/repositories/artifact-verification.js';
import type { ArtifactStore } from './platform/storage/artifact-store.js';
import { openStorage } from './platform/storage/open-storage.js';
import { runCommand, writeLine } from './run-command.js';

const RESTORED = 0;
const LOST_FILES = 1;
const FAILED = 2;
/** Migrations need three. */
const CONNECTIONS = 3;
const LISTED = 10;

Logger.overrideLogger(['warn', 'error', 'fatal']);

async function selectSnapshot(folder: BackupFolder, wanted?: string): Promise<string> {
  const names = await folder.snapshots();
  if (names.length === 0) {
    throw new BackupError(`${folder.path} contains no complete backup. Check the folder.`);
  }
  const name = wanted ?? names.at(-1)!;
  if (names.includes(name)) return name;
  throw new BackupError(`There is no backup "${name}". Complete backups: ${names.join(', ')}.`);
}

const opener =
  (url: string, schema: string): OpenDataSource =>
  (isWanted) => {
    const options = dataSourceOptions(url, CONNECTIONS, { schema });
    const migrations = options.migrations.filter(({ name }) => isWanted(name));
    return new DataSource({ ...options, migrations }).initialize();
  };

async function restore(
  input: {
    folder: BackupFolder;
    snapshot: string;
    manifest: Manifest;
    store: ArtifactStore;
    open: OpenDataSource;
  },
  dataDir: string,
): Promise<number> {
  const target = new RestoreTarget(dataDir, input.store);
  const onProgress = progressLine(writeLine, 'images restored');
  const { files, bytes, lost } = await restoreBackup({ ...input, target, onProgress });
  const rows = input.manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  writeLine(`Restored ${rows} rows and ${files} images (${(bytes / 1e6).toFixed(1)} MB).`);
  if (lost.length > 0) {
    const more = lost.length > LISTED ? ' …' : '';
    writeLine(
      `The backup has lost ${lost.length} images: ${lost.slice(0, LISTED).join(', ')}${more}. Run npm run verify -- --repair to download them again.`,
    );
  }
  return lost.length;
}

async function verifyFiles(dataSource: DataSource, store: ArtifactStore): Promise<number> {
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
    const report = new VerifyReport(process.stdout, false);
    for await (const problem of verification.findProblems()) await report.writeProblem(problem);
    await report.writeResult({
      totals: verification.totals,
      repair: false,
      seconds: (Date.now() - began) / 1000,
      orphanCleanup: true,
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
  writeLine(`Restoring ${folder.snapshotPath(name)} of ${manifest.created_at}.`);
  await mkdir(env.DATA_DIR, { recursive: true });
  const database = await openCommandDatabase(env, { create: true });
  try {
    const store = await openStorage(env);
    await (store as Partial<OnModuleInit>).onModuleInit?.();
    const open = opener(database.url, env.DATABASE_SCHEMA);
    const lost = await restore({ folder, snapshot: name, manifest, store, open }, env.DATA_DIR);
    const problems = verify ? await verifyFiles(await open(() => true), store) : 0;
    return lost + problems > 0 ? LOST_FILES : RESTORED;
  } finally {
    await database.close();
  }
});
