import type { ImageFormat } from '../compression/inspect/image-format.js';
import { parseUrl } from '../url/parse-url.js';

/** Properties of an image file that a marketplace limits. Unknown properties are null and never fail a check. */
export interface FileProperties {
  format: ImageFormat | null;
  /** Width in pixels, after applying the orientation. */
  width: number | null;
  height: number | null;
  bytes: number | null;
  animated: boolean | null;
  /** Extension in the URL of the file, in lower case without the dot. Null if there is none or it is unknown. */
  extension: string | null;
}

/** Returns the extension in the path of a URL, in lower case without the dot. */
export function getExtension(url: string): string | null {
  const path = parseUrl(url)?.pathname ?? '';
  return /\.([a-z0-9]{1,5})$/i.exec(path)?.[1].toLowerCase() ?? null;
}
