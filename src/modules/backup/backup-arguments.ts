import { parseArgs } from 'node:util';

export const BACKUP_USAGE = `Usage: npm run backup -- <folder>
       node dist/backup.js <folder>

Writes a backup of the database and the images to the folder. Reads the settings of the app.
Safe while the app runs. Copies only images that earlier backups in the folder do not have.
Can be interrupted and started again.

The backup contains the secret that signs image URLs, webhook secrets and all product data.
Keep the folder private.

Exit codes: 0, complete; 1, complete except for images that the storage has lost; 2, failed.
`;

export const RESTORE_USAGE = `Usage: npm run restore -- <folder> [--snapshot <name>] [--verify]
       node dist/restore.js <folder> [--snapshot <name>] [--verify]

Restores a backup to an empty database (DATABASE_URL) and empty storage (DATA_DIR or the bucket).
Start the app afterwards: it continues all open requests. Can be interrupted and started again.

  --snapshot  Name of a folder in <folder>/snapshots. Default: the latest.
  --verify    Reads every restored file, compares its checksum, and looks for the file of each
              completed image.
  --help      Prints this text.

Exit codes: 0, restored; 1, restored, but files in the backup are missing or damaged; 2, failed.
`;

/** @throws TypeError that names the invalid argument */
export function parseBackupArguments(args: string[]): { folder?: string; help: boolean } {
  const { values, positionals } = parseArgs({
    args,
    options: { help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  return { ...values, folder: onlyFolder(positionals) };
}

/** @throws TypeError that names the invalid argument */
export function parseRestoreArguments(args: string[]) {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args,
    options: { snapshot: { type: 'string' }, verify: flag, help: flag },
    allowPositionals: true,
  });
  return { ...values, folder: onlyFolder(positionals) };
}

function onlyFolder([folder, ...others]: string[]): string | undefined {
  if (others.length === 0) return folder;
  throw Object.assign(new TypeError(`Unexpected argument '${others[0]}'. Name one folder.`), {
    code: 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL',
  });
}
