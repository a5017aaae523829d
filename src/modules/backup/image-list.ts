import { parseArtifactName } from '../../platform/storage/artifact-key.js';
import type { ListedArtifact } from '../../platform/storage/artifact-store.js';

/** A stored image in the image list, with its size and checksum. */
export interface ListedImage extends ListedArtifact {
  bytes: number;
  /** SHA-256 in hex; null in rows written before checksums were recorded. */
  sha256: string | null;
}

/**
 * Selects the stored images of a snapshot. Omits images with `sweep_after`, because their files are about
 * to be stored or removed.
 */
export const LIST_IMAGES = `
  SELECT key, format, bytes, coalesce(encode(sha256, 'hex'), '')
  FROM artifacts WHERE sweep_after IS NULL ORDER BY key`;

/** Parses a line that COPY wrote for `LIST_IMAGES`. */
export function parseImageRow(line: string): ListedImage {
  const [key, format, bytes, sha256] = line.split('\t');
  return {
    key,
    format: format as ListedImage['format'],
    bytes: Number(bytes),
    sha256: sha256 === '' ? null : sha256,
  };
}

/** Formats a line like `sha256sum`, but with the size: `<sha256> <bytes> <name>`. */
export const formatImageLine = (sha256: string, bytes: number, name: string): string =>
  `${sha256} ${bytes} ${name}\n`;

/** @throws Error if the line was not written by `formatImageLine` */
export function parseImageLine(line: string): ListedImage & { sha256: string; name: string } {
  const [sha256, bytes, name] = line.split(' ');
  const artifact = parseArtifactName(name ?? '');
  if (!artifact) throw new Error('The image list contains an invalid line.');
  return { ...artifact, sha256, bytes: Number(bytes), name };
}
