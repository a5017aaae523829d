import { hasImageExtension } from '../image-cell/image-extension.js';
import type { ImageCellContext } from '../image-cell/image-entry.js';
import { parseImageCell } from '../image-cell/parse-image-cell.js';
import { isPlaceholder } from '../image-cell/placeholders.js';

/** Statistics about the sampled cells of a column. */
export interface ColumnContent {
  /** Number of cells with text other than a placeholder. */
  filledCellCount: number;
  /** Number of cells whose entries are all URLs. */
  urlCellCount: number;
  /** Number of URL cells with at least one URL that looks like an image URL. */
  imageUrlCellCount: number;
}

/** Folders, parameters and hosts that indicate an image without a file extension. */
const IMAGE_FOLDER = /[/=?&._-](?:images?|img|photos?|pictures?|media|thumbs?)[/=?&._-]/i;
const IMAGE_FORMAT = /(?:format|fm)=(?:jpe?g|png|webp|avif)/i;
const IMAGE_HOST =
  /^(?:[a-z0-9-]{1,63}\.){0,4}(?:images?|img|photos?|pics?|media|static)\d{0,3}\./i;
/** Parts of image service URLs and of download links. */
const IMAGE_SERVICES = [
  '~mv2',
  'googleusercontent',
  'picsum',
  'unsplash',
  'cloudinary',
  'imgix',
  'export=download',
  'raw=1',
  'download=1',
  '/shares/u!',
];

export function analyzeColumn(cells: readonly string[], context: ImageCellContext): ColumnContent {
  const content: ColumnContent = { filledCellCount: 0, urlCellCount: 0, imageUrlCellCount: 0 };
  for (const cell of cells) {
    const text = cell.trim();
    if (text === '' || isPlaceholder(text)) continue;
    content.filledCellCount++;
    if (!mayContainUrl(text, context)) continue;
    const entries = parseImageCell(cell, context).filter(({ url, fault }) => url ?? fault);
    if (entries.length === 0 || entries.some(({ fault }) => fault !== undefined)) continue;
    content.urlCellCount++;
    if (entries.slice(0, 20).some(({ url }) => looksLikeImage(url!))) content.imageUrlCellCount++;
  }
  return content;
}

/** Checks quickly whether a cell may contain a URL. Treats HTML as a description, even if it contains images. */
const mayContainUrl = (text: string, { baseUrl, toMediaUrl }: ImageCellContext): boolean =>
  !text.startsWith('<') &&
  (text.includes('//') ||
    /^www\./i.test(text) ||
    (baseUrl !== undefined && hasImageExtension(text)) ||
    toMediaUrl?.(text.split(/[,;]/)[0]) !== undefined);

/** Returns true for a URL that has an image file extension or belongs to an image host or service. */
export function looksLikeImage(url: string): boolean {
  if (hasImageExtension(url)) return true;
  const { hostname, pathname, search } = new URL(url);
  // Matches an extension in the middle: `…/mug.jpg/v1/fill/w_400/…` or `…/mug.jpg_640x640q90`.
  if (/\.(?:jpe?g|png|webp|gif|avif)[/_!@-]/i.test(pathname)) return true;
  const path = pathname + search;
  return (
    IMAGE_FOLDER.test(path) ||
    IMAGE_FORMAT.test(search) ||
    IMAGE_HOST.test(hostname) ||
    IMAGE_SERVICES.some((part) => url.includes(part))
  );
}
