/**
 * `npm run backup`, `node dist/backup.js`: writes a backup of the database and the images. Does not start the
 * app, and changes nothing in its database and storage.
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
import { openStorage } from './platform/storage/open-storage.js';
import { runCommand, writeLine } from './run-command.js';

const COMPLETE = 0;
const LOST_IMAGES = 1;
const FAILED = 2;
const LISTED = 10;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function describe({ manifest, images }: BackupResult, path: string): number {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  writeLine(`Backup written to ${path}.`);
  writeLine(
    `${formatQuantity(rows, 'row')} of ${formatQuantity(manifest.tables.length, 'table')}, and ${formatQuantity(images.fileCount, 'image')} (${megabytes(images.bytes)}). Copied ${formatQuantity(images.copiedCount, 'new image')} (${megabytes(images.copiedBytes)}).`,
  );
  if (images.lostImages.length === 0) return COMPLETE;
  const more = images.lostImages.length > LISTED ? ' …' : '';
  writeLine(
    `The backup lacks ${formatQuantity(images.lostImages.length, 'image')}, missing, damaged or unreadable in the storage: ${images.lostImages.slice(0, LISTED).join(', ')}${more}. Run npm run verify -- --deep --repair, then back up again.`,
  );
  return LOST_IMAGES;
}

await runCommand(BACKUP_USAGE, async (readSettings) => {
  const { folder: path, help } = parseBackupArguments(process.argv.slice(2));
  if (help || path === undefined) {
    writeLine(BACKUP_USAGE);
    return help ? COMPLETE : FAILED;
  }
  const env = readSettings();
  const database = await openCommandDatabase(env);
  try {
    const store = await openStorage(env);
    const { DATABASE_SCHEMA } = env;
    // Creates no schema.
    const settings = { DATABASE_URL: database.url, DATABASE_SCHEMA, MIGRATE: 'off' } as const;
    const dataSource = await openForMigrations(settings);
    try {
      const folder = new BackupFolder(path);
      const report = createProgressReporter(writeLine, 'images checked');
      const result = await createBackup(dataSource, store, folder, report);
      return describe(result, join(folder.path, 'snapshots', result.snapshot));
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await database.close();
  }
});
