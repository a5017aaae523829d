import { createHash } from 'node:crypto';
import { type CatalogUrl, exportUrl, type LinkedFile } from './catalog-url.js';
import { fileLabel } from './file-label.js';
import { hashWhileReading } from './idempotency.js';

/** Source of the bytes of a product file. */
export interface FileSource {
  open: (signal: AbortSignal) => Promise<LinkedFile>;
  isLinked: boolean;
  /** Returns the SHA-256 (hex) of the bytes. Reads the remaining bytes first. Empty for a link. */
  sha256: () => Promise<string>;
  /** Discards the remaining bytes. A client reads the response only after it has sent the whole body. */
  drain: () => void;
}

/** Returns the file of a form, read while it arrives. */
export function sentFileSource({ stream, originalname }: Express.Multer.File): FileSource {
  const hash = createHash('sha256');
  // multer would report a destroyed stream as an error, which would hide the original error.
  const bytes = hashWhileReading(stream.iterator({ destroyOnReturn: false }), hash);
  return {
    open: () => Promise.resolve({ filename: fileLabel(originalname), bytes }),
    isLinked: false,
    sha256: async () => {
      for await (const chunk of bytes) void chunk;
      return hash.digest('hex');
    },
    drain: () => void stream.resume(),
  };
}

/** Returns the file that a link leads to. `open` downloads it. */
export const linkedFileSource = (links: CatalogUrl, url: string): FileSource => ({
  open: (signal) => links.openFile(exportUrl(url), signal),
  isLinked: true,
  sha256: () => Promise.resolve(''),
  drain: () => undefined,
});
