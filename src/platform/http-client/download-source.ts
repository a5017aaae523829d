import type { Downloaded } from './downloaded.js';

/** Supplies the files of some URLs without the network. */
export interface DownloadSource {
  /** Returns true if this source supplies the file of `url`. */
  suppliesFile(url: URL): boolean;

  /**
   * Writes the file to the path `to`.
   * @throws AppError as a download does
   */
  copyFile(url: URL, to: string): Promise<Downloaded>;
}
