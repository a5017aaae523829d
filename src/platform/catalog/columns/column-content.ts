import { hasImageExtension } from '../image-cell/image-extension.js';
import type { ImageCellContext } from '../image-cell/image-entry.js';
import { parseImageCell } from '../image-cell/parse-image-cell.js';
import { isPlaceholder } from '../image-cell/placeholders.js';

/** What the sampled cells of a column hold. */
export interface ColumnContent {
  /** Cells with text other than a placeholder. */
  filled: number;
  /** Cells whose entries are all URLs. */
  urls: number;
  /** Of these, cells with a URL that looks like an image's. */
  imageUrls: number;
}

/** Image hosts and services whose URLs need no file extension. */
const IMAGE_HINT =
  /[/=?&._-](?:images?|img|photos?|pictures?|media|thumbs?)[/=?&._-]|(?:format|fm)=(?:jpe?g|png|webp|avif)|~mv2|(?:^|\.)(?:images?|img|photos?|pics?|media|static)\d*\.|googleusercontent|picsum|unsplash|cloudinary|imgix|export=download|raw=1/i;

export function columnContent(cells: readonly string[], context: ImageCellContext): ColumnContent {
  const content: ColumnContent = { filled: 0, urls: 0, imageUrls: 0 };
  for (const cell of cells) {
    const text = cell.trim();
    if (text === '' || isPlaceholder(text)) continue;
    content.filled++;
    if (!mayHoldUrl(text, context)) continue;
    const entries = parseImageCell(cell, context).filter(({ url, fault }) => url ?? fault);
    if (entries.length === 0 || entries.some(({ fault }) => fault !== undefined)) continue;
    content.urls++;
    if (entries.some(({ url }) => looksLikeImage(url!))) content.imageUrls++;
  }
  return content;
}

/** Cheap enough for every cell; HTML is a description, even with images in it. */
const mayHoldUrl = (text: string, { baseUrl, mediaUrl }: ImageCellContext): boolean =>
  !text.startsWith('<') &&
  (text.includes('//') ||
    /^www\./i.test(text) ||
    (baseUrl !== undefined && hasImageExtension(text)) ||
    mediaUrl?.(text.split(/[,;]/)[0]) !== undefined);

function looksLikeImage(url: string): boolean {
  if (hasImageExtension(url)) return true;
  const { pathname, search } = new URL(url);
  // `…/mug.jpg/v1/fill/w_400/…` and `…/mug.jpg_640x640q90`: the extension is inside.
  return /\.(?:jpe?g|png|webp|gif|avif)[/_!@-]/i.test(pathname) || IMAGE_HINT.test(url + search);
}
