/** A file that was downloaded. */
export interface Downloaded {
  bytes: number;
  /** All of them, and no file was made; only where `keepSmall` asked for it. */
  body?: Buffer[];
  /** Of all bytes, in hex. */
  sha256: string;
  contentType: string | null;
  etag: string | null;
  lastModified: string | null;
  finalUrl: string;
  status: number;
}
