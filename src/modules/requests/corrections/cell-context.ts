import type { CatalogDescription } from '../../../platform/catalog/catalog-reader.js';
import type { ImageCellContext } from '../../../platform/catalog/image-cell/image-entry.js';
import { platformWithId } from '../../../platform/catalog/platforms/index.js';

/** Returns what references in a request's image cells are resolved with, as its upload did. */
export const cellContextOf = ({ baseUrl, platform }: CatalogDescription): ImageCellContext => ({
  baseUrl,
  mediaUrl: platformWithId(platform).mediaUrl,
});
