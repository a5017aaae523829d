/**
 * `npm run backup`, `node dist/backup.js`: writes a backup of the database and the images. Does not start the
 * app or change its database or storage.
 */
import 'reflect-metadata';
import { join } from 'node:path';
import { openCommandDatabase } from './command-database.js';
import { BACKUP_USAGE, parseBackupArguments } from './modules/backup/backup-arguments.js';
import { BackupFolder } from './modules/backup/backup-folder.js';
import { type BackupResult, createBackup } from './modules/backup/create-backup.js';
import { createProgressReporter } from './modules/backup/progress-reporter.js';
import { openForMigrations } from './platform/database/prepare-schema.js';
import { formatQuantity } from './platform/logging/format-quantity.js';
import { openStorage } from './platform/storage/storage-drivers.js';
import { runCommand, writeLine } from './run-command.js';

const EXIT_COMPLETE = 0;
const EXIT_LOST_IMAGES = 1;
const EXIT_FAILED = 2;
/** Maximum number of images to list. */
const MAX_LISTED_IMAGES = 10;

const formatMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Prints the result. Returns the exit code. */
function reportResult({ manifest, images }: BackupResult, path: string): number {
  const rowCount = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  writeLine(`Backup written to ${path}.`);
  writeLine(
    `${formatQuantity(rowCount, 'row')} in ${formatQuantity(manifest.tables.length, 'table')}, and ${formatQuantity(images.fileCount, 'image')} (${formatMegabytes(images.bytes)}). Copied ${formatQuantity(images.copiedCount, 'new image')} (${formatMegabytes(images.copiedBytes)}).`,
  );
  if (images.lostImages.length === 0) return EXIT_COMPLETE;
  const ellipsis = images.lostImages.length > MAX_LISTED_IMAGES ? ' …' : '';
  writeLine(
    `Not backed up: ${formatQuantity(images.lostImages.length, 'image')}, missing, damaged or unreadable in storage: ${images.lostImages.slice(0, MAX_LISTED_IMAGES).join(', ')}${ellipsis}. Run npm run verify -- --deep --repair, then back up again.`,
  );
  return EXIT_LOST_IMAGES;
}

await runCommand(BACKUP_USAGE, async (readSettings) => {
  const { folder: path, help } = parseBackupArguments(process.argv.slice(2));
  if (help || path === undefined) {
    writeLine(BACKUP_USAGE);
    return help ? EXIT_COMPLETE : EXIT_FAILED;
  }
  const env = readSettings();
  const database = await openCommandDatabase(env);
  try {
    const store = await openStorage(env);
    const { DATABASE_SCHEMA } = env;
    // A backup must not create a schema.
    const settings = { DATABASE_URL: database.url, DATABASE_SCHEMA, MIGRATE: 'off' } as const;
    const dataSource = await openForMigrations(settings);
    try {
      const folder = new BackupFolder(path);
      const reportProgress = createProgressReporter(writeLine, 'images checked');
      const result = await createBackup(dataSource, store, folder, reportProgress);
      return reportResult(result, join(folder.path, 'snapshots', result.snapshot));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await database.close();
  }
});
