import type { CatalogDescription } from '../../../platform/catalog/catalog-reader.js';
import {
  type CorrectedCell,
  type CorrectionFault,
  findCorrections,
  readCorrectedCells,
} from '../../../platform/catalog/corrections.js';
import { parseImageCell } from '../../../platform/catalog/image-cell/parse-image-cell.js';
import type { RecordSource } from '../../../platform/catalog/records.js';
import { joinReferences } from '../../../platform/catalog/write/errors-table.js';
import { readStoredCatalog } from '../../../platform/database/stored-catalog.js';
import type {
  CorrectableImage,
  FindCorrections,
} from '../../../platform/database/repositories/request-corrections.js';
import { createCellContext } from './cell-context.js';
import type { CorrectionReport } from './correction-report.js';
import type { ImageCorrection } from '../../../platform/database/statements/correct-images.js';

/** Number of cells whose images are loaded with one query. A row has at most 1,000 images. */
const CELL_BATCH_SIZE = 500;

/**
 * Finds the corrections in an errors file. Matches each entry of a cell with a failed image of the same row
 * and column.
 *
 * @throws FileProblem if the file is unreadable or belongs to another request
 */
export const findCorrectionsInFile = (
  source: RecordSource,
  report: CorrectionReport,
): FindCorrections =>
  async function* (request, loadImages) {
    const catalog = readStoredCatalog(request);
    for await (const cells of readCorrectedCells(source, catalog)) {
      for (let start = 0; start < cells.length; start += CELL_BATCH_SIZE) {
        const batch = cells.slice(start, start + CELL_BATCH_SIZE);
        const rows = [...new Set(batch.flatMap(({ row }) => row ?? []))];
        const images = new ImagesByCell(await loadImages(rows));
        yield batch.flatMap((cell) => correctCell(cell, images, catalog, report));
      }
    }
  };

/** Groups images by cell. */
class ImagesByCell {
  private readonly images = new Map<string, CorrectableImage[]>();

  constructor(images: CorrectableImage[]) {
    for (const image of images) {
      const key = `${image.row} ${image.column}`;
      const cellImages = this.images.get(key);
      if (cellImages) cellImages.push(image);
      else this.images.set(key, [image]);
    }
  }

  findImagesInCell({ row, column }: CorrectedCell): CorrectableImage[] {
    return this.images.get(`${row} ${column}`) ?? [];
  }
}

function correctCell(
  cell: CorrectedCell,
  images: ImagesByCell,
  catalog: CatalogDescription,
  report: CorrectionReport,
): ImageCorrection[] {
  const addProblem = ({ code, message }: CorrectionFault) =>
    report.addProblem({
      row: cell.row,
      line: cell.line,
      column: catalog.header[cell.column],
      position: null,
      code,
      message,
      value: cell.text,
    });
  if (cell.row === null) {
    const message = '"Error Row" in this line is not a row number. Keep this column unchanged.';
    addProblem({ code: 'correction_row_invalid', message });
    return [];
  }
  const cellImages = images.findImagesInCell(cell);
  const failedImages = cellImages.filter(({ status }) => status === 'failed');
  const matches = matchEntries(cell.text, cellImages, failedImages, catalog);
  report.unchangedCount += matches.unchanged;
  for (const problem of matches.problems) addProblem(problem);
  return matches.newUrls.map(({ failedIndex: index, url }) => {
    // A later line for the same cell applies to the corrected images.
    Object.assign(failedImages[index], { status: 'pending', inputUrl: url, isCorrected: true });
    return { id: failedImages[index].id, url };
  });
}

function matchEntries(
  text: string,
  cellImages: CorrectableImage[],
  failedImages: CorrectableImage[],
  catalog: CatalogDescription,
) {
  const references = failedImages.map(({ inputUrl }) => inputUrl);
  const remaining = removeAppliedEntries(text, cellImages, catalog);
  if (failedImages.length === 0 || remaining.entries.length === 0) {
    const problems = remaining.entries.length > 0 ? [createNotFailedFault()] : [];
    return { newUrls: [], unchanged: remaining.appliedCount, problems };
  }
  const corrections = findCorrections(remaining.text, references, catalog);
  return { ...corrections, unchanged: corrections.unchangedCount + remaining.appliedCount };
}

/** Removes the entries that an earlier correction has already applied. */
function removeAppliedEntries(
  text: string,
  cellImages: CorrectableImage[],
  catalog: CatalogDescription,
) {
  const entries = parseImageCell(text, createCellContext(catalog))
    .filter(({ url, fault }) => url ?? fault)
    .map(({ start, end, url }) => url ?? text.slice(start, end));
  const appliedUrls = cellImages
    .filter(({ isCorrected, status }) => isCorrected && status !== 'failed')
    .map(({ inputUrl }) => inputUrl);
  const remaining = entries.filter((entry) => {
    const index = appliedUrls.indexOf(entry);
    if (index >= 0) appliedUrls.splice(index, 1);
    return index < 0;
  });
  const isUnchanged = remaining.length === entries.length;
  return {
    text: isUnchanged ? text : joinReferences(remaining),
    entries: remaining,
    appliedCount: entries.length - remaining.length,
  };
}

const createNotFailedFault = (): CorrectionFault => ({
  code: 'correction_not_failed',
  message: 'No image in this row and column has failed. Download the errors file again.',
});
