import { tmpdir } from 'node:os';

/** Bounds of reading one product file; CSV and XML need none, as they are read in constant memory. */
export interface FileLimits {
  /** Where temporary files are written. */
  temporaryFolder: string;
  /** Longest Excel file, in bytes. */
  maxXlsxBytes: number;
  /** Most bytes that the read parts of an Excel file unpack to. */
  maxUnpackedBytes: number;
}

export const DEFAULT_FILE_LIMITS: FileLimits = {
  temporaryFolder: tmpdir(),
  maxXlsxBytes: 256 * 1024 * 1024,
  maxUnpackedBytes: 4 * 1024 * 1024 * 1024,
};
