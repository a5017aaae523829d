import { BackupError } from './backup-error.js';

/** Increased when an older version of Pressroom can't read a backup. */
export const FORMAT = 1;

export interface BackedUpFile {
  /** Name within the folder of the snapshot. */
  file: string;
  /** SHA-256 of the compressed file. */
  sha256: string;
}

export interface BackedUpTable extends BackedUpFile {
  name: string;
  columns: string[];
  rows: number;
}

/** Next value of an identity column. */
export interface BackedUpSequence {
  table: string;
  column: string;
  /** A string, because it is a bigint. */
  last: string;
}

/** Description of one backup, written after everything else. */
export interface Manifest {
  format: number;
  app_version: string;
  created_at: string;
  /** Identity of the database, as in the marker file of the storage. */
  database: string;
  /** Names of the applied migrations, in their order. */
  migrations: string[];
  /** In an order that satisfies their foreign keys. */
  tables: BackedUpTable[];
  sequences: BackedUpSequence[];
  images: BackedUpFile & { files: number; bytes: number };
}

/** @throws BackupError unless `content` is a manifest that this version can read */
export function assertManifest(content: unknown, path: string): Manifest {
  const { format } = (content ?? {}) as Partial<Manifest>;
  if (typeof format !== 'number') {
    throw new BackupError(`${path} is not the manifest of a backup.`);
  }
  if (format > FORMAT) {
    throw new BackupError(
      `${path} was written by a later version of Pressroom. Restore it with that version.`,
    );
  }
  return content as Manifest;
}
