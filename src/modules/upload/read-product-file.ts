import type { CatalogOptions } from '../../platform/catalog/catalog-options.js';
import { CatalogReader } from '../../platform/catalog/catalog-reader.js';
import type { CatalogRow } from '../../platform/catalog/catalog-row.js';
import type { FileNameTemplate } from '../../platform/catalog/file-names/file-name-template.js';
import type { RowFileNames } from '../../platform/catalog/file-names/row-file-names.js';
import { openProductFile } from '../../platform/catalog/product-file.js';
import { ColumnSamples } from './column-samples.js';
import { ImageSample } from './image-sample.js';
import type { CatalogStore } from './ingest/catalog-store.js';
import type { ProblemList } from './problem-list.js';

/** Number of rows in the preview of a dry run. */
const PREVIEW_ROWS = 10;

/** A product file that was read completely. */
export interface ParsedFile {
  reader: CatalogReader;
  /** The first rows. */
  preview: CatalogRow[];
  columnSamples: ColumnSamples;
  imageSample: ImageSample;
}

export interface ReadingTarget {
  /** Stores the rows. Undefined in a dry run. */
  store?: CatalogStore;
  /** Names the images. */
  fileNames?: FileNameTemplate;
  /** Collects all problems. Undefined if the client did not request the list. */
  problems?: ProblemList;
  /**
   * Called after each batch with the number of images to download so far. Throws an error to stop reading.
   */
  checkQuota: (imageCount: number) => void;
}

/**
 * Reads a product file of any format, once and in constant memory.
 * @throws CatalogRejectedError, FileNameTemplateError, and errors of the store and the source
 */
export async function readProductFile(
  bytes: AsyncIterable<Buffer>,
  options: CatalogOptions,
  { store, fileNames, problems, checkQuota }: ReadingTarget,
): Promise<ParsedFile> {
  const reader = new CatalogReader(openProductFile(bytes, options), options);
  reader.problems.onProblem = problems?.addProblem;
  const preview: CatalogRow[] = [];
  const [columnSamples, imageSample] = [new ColumnSamples(), new ImageSample()];
  let rowFileNames: RowFileNames | undefined;
  for await (const rows of reader.read()) {
    rowFileNames ??= fileNames?.bindColumns(reader.description.header);
    await problems?.flush();
    checkQuota(reader.imageCount - reader.faultyImageCount);
    if (preview.length < PREVIEW_ROWS) {
      preview.push(...rows.slice(0, PREVIEW_ROWS - preview.length));
    }
    if (store) await store.addRows(rows, rowFileNames);
    else {
      columnSamples.addRows(rows);
      imageSample.addRows(rows);
    }
  }
  await store?.completeUpload();
  return { reader, preview, columnSamples, imageSample };
}
