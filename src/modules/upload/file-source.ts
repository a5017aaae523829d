import { createHash } from 'node:crypto';
import { type CatalogUrl, toExportUrl, type LinkedFile } from './catalog-url.js';
import { toFileLabel } from './file-label.js';
import { hashWhileReading } from './idempotency.js';

/** Source of the bytes of a product file. */
export interface FileSource {
  openFile: (signal: AbortSignal) => Promise<LinkedFile>;
  isLinked: boolean;
  /** Returns the SHA-256 (hex) of the bytes. Reads the remaining bytes first. Empty for a link. */
  computeSha256: () => Promise<string>;
  /** Discards the remaining bytes. A client reads the response only after it has sent the whole body. */
  drain: () => void;
}

/** Creates a source that reads the file of a form while it arrives. */
export function createSentFileSource({ stream, originalname }: Express.Multer.File): FileSource {
  const hash = createHash('sha256');
  // multer would report a destroyed stream as an error, which would hide the original error.
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

/** Creates a source that downloads the file behind a link when it is opened. */
export const createLinkedFileSource = (links: CatalogUrl, url: string): FileSource => ({
  openFile: (signal) => links.openFile(toExportUrl(url), signal),
  isLinked: true,
  computeSha256: () => Promise.resolve(''),
  drain: () => undefined,
});
