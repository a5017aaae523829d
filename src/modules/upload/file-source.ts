import { createHash } from 'node:crypto';
import { type CatalogUrl, exportUrl, type LinkedFile } from './catalog-url.js';
import { fileLabel } from './file-label.js';
import { hashing } from './idempotency.js';

/** Where the bytes of a product file come from. */
export interface FileSource {
  open: (signal: AbortSignal) => Promise<LinkedFile>;
  isLinked: boolean;
  /** SHA-256 (hex) of the bytes; reads what was not read. */
  sha256: () => Promise<string>;
  /** Reads the rest and forgets it: the client reads the answer only once it has sent everything. */
  drain: () => void;
}

/** The file of a form, while it arrives. */
export function sentFile({ stream, originalname }: Express.Multer.File): FileSource {
  const hash = createHash('sha256');
  // Destroying the stream would be an error to multer that hides ours.
  const bytes = hashing(stream.iterator({ destroyOnReturn: false }), hash);
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

/** The file behind a link, which is downloaded when it is opened. */
export const linkedFile = (links: CatalogUrl, url: string): FileSource => ({
  open: (signal) => links.openFile(exportUrl(url), signal),
  isLinked: true,
  sha256: () => Promise.resolve(''),
  drain: () => undefined,
});
