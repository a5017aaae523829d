import { tmpdir } from 'node:os';

/** Limits for one product file. CSV and XML files need no limits because they are read in constant memory. */
export interface FileLimits {
  /** Folder for temporary files. */
  temporaryFolder: string;
  /** Maximum size of an Excel file, in bytes. */
  maxXlsxBytes: number;
  /** Maximum unpacked size of the parts read from an Excel file, in bytes. */
  maxUnpackedBytes: number;
}

export const DEFAULT_FILE_LIMITS: FileLimits = {
  temporaryFolder: tmpdir(),
  maxXlsxBytes: 256 * 1024 * 1024,
  maxUnpackedBytes: 4 * 1024 * 1024 * 1024,
};
