import { parseArgs } from 'node:util';

export const BACKUP_USAGE = `Usage: npm run backup -- <folder>
       node dist/backup.js <folder>

Writes a backup of the database and the images to the folder. Reads the settings of the app.
Is safe to run while the app is running. Copies only images that earlier backups in the folder
do not contain. You can interrupt the command and run it again.

The backup contains the secret that signs image URLs, webhook secrets and all product data.
Keep the folder private.

Exit codes: 0, complete; 1, complete except for images that are missing from storage; 2, failed.
`;

export const RESTORE_USAGE = `Usage: npm run restore -- <folder> [--snapshot <name>] [--verify]
       node dist/restore.js <folder> [--snapshot <name>] [--verify]

Restores a backup to an empty database (DATABASE_URL) and empty storage (DATA_DIR or the bucket).
Start the app afterward. It continues all unfinished requests. You can interrupt the command and
run it again.

  --snapshot  Name of a folder in <folder>/snapshots. The default is the latest snapshot.
  --verify    Reads every restored file and verifies its checksum. Checks that each completed image has
              a file.
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
  return { ...values, folder: parseFolder(positionals) };
}

/** @throws TypeError that names the invalid argument */
export function parseRestoreArguments(args: string[]) {
  const booleanOption = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args,
    options: { snapshot: { type: 'string' }, verify: booleanOption, help: booleanOption },
    allowPositionals: true,
  });
  return { ...values, folder: parseFolder(positionals) };
}

function parseFolder([folder, ...extraArguments]: string[]): string | undefined {
  if (extraArguments.length === 0) return folder;
  throw Object.assign(
    new TypeError(`Unexpected argument '${extraArguments[0]}'. Pass one folder.`),
    {
      code: 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL',
    },
  );
}
