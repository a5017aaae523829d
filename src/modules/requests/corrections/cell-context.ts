import type { CatalogDescription } from '../../../platform/catalog/catalog-reader.js';
import type { ImageCellContext } from '../../../platform/catalog/image-cell/image-entry.js';
import { getPlatform } from '../../../platform/catalog/platforms/index.js';

/** Creates the context that resolves references in image cells, with the settings of the upload. */
export const createCellContext = ({ baseUrl, platform }: CatalogDescription): ImageCellContext => ({
  baseUrl,
  toMediaUrl: getPlatform(platform).toMediaUrl,
});
