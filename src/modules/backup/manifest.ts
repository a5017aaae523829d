import { BackupError } from './backup-error.js';

/** Version of the format. Incremented when older versions of Pressroom cannot read new backups. */
export const MANIFEST_FORMAT = 1;

export interface BackedUpFile {
  /** File name in the snapshot folder. */
  file: string;
  /** SHA-256 of the compressed file. */
  sha256: string;
}

export interface BackedUpTable extends BackedUpFile {
  name: string;
  columns: string[];
  rows: number;
}

/** Last value of an identity column. */
export interface BackedUpSequence {
  table: string;
  column: string;
  /** The bigint as a string. */
  last: string;
}

/** Describes one backup. Written after everything else. */
export interface Manifest {
  format: number;
  app_version: string;
  created_at: string;
  /** Identity of the database, as in the owner marker of the storage. */
  database: string;
  /** Names of the applied migrations, in order. */
  migrations: string[];
  /** Tables, in an order that satisfies their foreign keys. */
  tables: BackedUpTable[];
  sequences: BackedUpSequence[];
  images: BackedUpFile & { files: number; bytes: number };
}

/** @throws BackupError unless `content` is a manifest that this version can read */
export function assertManifest(content: unknown, path: string): Manifest {
  const { format } = (content ?? {}) as Partial<Manifest>;
  if (typeof format !== 'number') {
    throw new BackupError(`${path} is not a backup manifest.`);
  }
  if (format > MANIFEST_FORMAT) {
    throw new BackupError(
      `${path} was written by a later version of Pressroom. Restore it with that version.`,
    );
  }
  return content as Manifest;
}
