import type { ImageFormat } from '../compression/inspect/image-format.js';
import { parseUrl } from '../url/parse-url.js';

/** Properties of an image file that a marketplace limits. Null: unknown, which never fails a check. */
export interface FileFacts {
  format: ImageFormat | null;
  /** Pixels, after orientation. */
  width: number | null;
  height: number | null;
  bytes: number | null;
  animated: boolean | null;
  /** Extension in the URL of the file, in lower case without the dot. Null: none, or unknown. */
  extension: string | null;
}

/** Returns the extension in the path of a URL, in lower case without the dot. */
export function getExtension(url: string): string | null {
  const path = parseUrl(url)?.pathname ?? '';
  return /\.([a-z0-9]{1,5})$/i.exec(path)?.[1].toLowerCase() ?? null;
}
