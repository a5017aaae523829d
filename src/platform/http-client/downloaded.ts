/** A file that was downloaded. */
export interface Downloaded {
  bytes: number;
  /** All bytes, if `keepSmall` was set and the body is small. No file was written then. */
  body?: Buffer[];
  /** SHA-256 of all bytes, in hex. */
  sha256: string;
  contentType: string | null;
  etag: string | null;
  lastModified: string | null;
  finalUrl: string;
  status: number;
}
