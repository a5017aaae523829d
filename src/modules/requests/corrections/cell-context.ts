import type { CatalogDescription } from '../../../platform/catalog/catalog-reader.js';
import type { ImageCellContext } from '../../../platform/catalog/image-cell/image-entry.js';
import { getPlatform } from '../../../platform/catalog/platforms/index.js';

/** Returns the context that resolves references in image cells, the same as at the upload. */
export const createCellContext = ({ baseUrl, platform }: CatalogDescription): ImageCellContext => ({
  baseUrl,
  toMediaUrl: getPlatform(platform).toMediaUrl,
});
