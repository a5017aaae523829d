import { tmpdir } from 'node:os';

/**
 * Folder and limits for reading one product file. CSV and XML files need no limits, because they are read in
 * constant memory.
 */
export interface FileReadOptions {
  /** Folder for temporary files. */
  temporaryFolder: string;
  /** Maximum size of an Excel file, in bytes. */
  maxXlsxBytes: number;
  /** Maximum unpacked size of the parts read from an Excel file, in bytes. */
  maxUnpackedBytes: number;
}

export const DEFAULT_FILE_READ_OPTIONS: FileReadOptions = {
  temporaryFolder: tmpdir(),
  maxXlsxBytes: 256 * 1024 * 1024,
  maxUnpackedBytes: 4 * 1024 * 1024 * 1024,
};
