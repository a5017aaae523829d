/** A downloaded file, in memory or on disk. */
export interface DownloadedFile {
  bytes: number;
  /** The whole body if `keepSmall` was set and the body is small. In this case, no file is written. */
  body?: Buffer[];
  /** SHA-256 of all bytes, in hex. */
  sha256: string;
  contentType: string | null;
  etag: string | null;
  lastModified: string | null;
  finalUrl: string;
  status: number;
}
