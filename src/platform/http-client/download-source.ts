import type { DownloadedFile } from './downloaded-file.js';

/** Supplies the files of certain URLs without network access. */
export interface DownloadSource {
  /** Returns true if this source supplies the file of `url`. */
  suppliesFile(url: URL): boolean;

  /**
   * Writes the file to `targetPath`.
   * @throws AppError, like a download
   */
  copyFile(url: URL, targetPath: string): Promise<DownloadedFile>;
}
