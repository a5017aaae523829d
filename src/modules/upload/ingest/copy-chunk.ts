import type { CatalogRow } from '../../../platform/catalog/catalog-row.js';
import type { RowFileNames } from '../../../platform/catalog/file-names/row-file-names.js';
import { formatFaultyImageLine, formatImageLine, formatProductLine } from './copy-text.js';
import type { ImageIds } from './image-ids.js';
import type { SeenUrls } from './seen-urls.js';

/** Rows in COPY text format, with one list of buffers per statement. */
export class CopyChunk {
  readonly products: Buffer[] = [];
  readonly images: Buffer[] = [];
  /** Images whose cell could not be read. */
  readonly faultyImages: Buffer[] = [];
  bytes = 0;

  /**
   * Encodes the text of each call immediately. Concatenating all texts into one string would use many times its
   * length in memory.
   * @param ids at least one ID for each image
   * @param fileNames names the images; undefined without `filename_template`
   */
  addRows(
    requestId: string,
    rows: readonly CatalogRow[],
    ids: ImageIds,
    seenUrls: SeenUrls,
    fileNames?: RowFileNames,
  ): void {
    const now = new Date().toISOString();
    let [products, images, faultyImages] = ['', '', ''];
    for (const row of rows) {
      products += formatProductLine(requestId, row);
      const names = fileNames?.nameImages(row);
      for (const [i, image] of row.images.entries()) {
        const imagePosition = {
          id: ids.takeId(),
          requestId,
          row: row.row,
          position: i + 1,
          fileName: names?.[i],
        };
        if (image.fault !== undefined)
          faultyImages += formatFaultyImageLine(imagePosition, image, now);
        else
          images += formatImageLine(
            imagePosition,
            image,
            seenUrls.findFirstOrAdd(image.url, imagePosition.id),
          );
      }
    }
    this.addBuffer(this.products, products);
    this.addBuffer(this.images, images);
    this.addBuffer(this.faultyImages, faultyImages);
  }

  private addBuffer(buffers: Buffer[], lines: string): void {
    if (lines === '') return;
    const buffer = Buffer.from(lines);
    this.bytes += buffer.length;
    buffers.push(buffer);
  }
}
