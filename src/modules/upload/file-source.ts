import { createHash } from 'node:crypto';
import { type CatalogUrlDownloader, toExportUrl, type LinkedFile } from './catalog-url.js';
import { toFileLabel } from './file-label.js';
import { hashWhileReading } from './idempotency.js';

/** Provides the bytes of a product file, which was uploaded or linked. */
export interface FileSource {
  openFile: (signal: AbortSignal) => Promise<LinkedFile>;
  isLinked: boolean;
  /** Reads the remaining bytes and returns the SHA-256 (hex) of the file. Returns an empty string for a link. */
  computeSha256: () => Promise<string>;
  /** Discards the remaining bytes. A client reads the response only after it has sent the whole body. */
  drain: () => void;
}

/** Creates a source that reads the uploaded file while it arrives. */
export function createUploadedFileSource({
  stream,
  originalname,
}: Express.Multer.File): FileSource {
  const hash = createHash('sha256');
  // multer would report a destroyed stream as an error and hide the original error.
  const bytes = hashWhileReading(stream.iterator({ destroyOnReturn: false }), hash);
  return {
    openFile: () => Promise.resolve({ filename: toFileLabel(originalname), bytes }),
    isLinked: false,
    computeSha256: async () => {
      for await (const chunk of bytes) void chunk;
      return hash.digest('hex');
    },
    drain: () => void stream.resume(),
  };
}

/** Creates a source that downloads the linked file when the source is opened. */
export const createLinkedFileSource = (
  downloader: CatalogUrlDownloader,
  url: string,
): FileSource => ({
  openFile: (signal) => downloader.openFile(toExportUrl(url), signal),
  isLinked: true,
  computeSha256: () => Promise.resolve(''),
  drain: () => undefined,
});
