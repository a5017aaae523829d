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

/** Cells per batch. A row has at most 1,000 images. */
const BATCH = 500;

/**
 * Finds the corrections of an errors file. A cell is matched with the failed images of its row and column,
 * entry by entry.
 *
 * @throws FileProblem when the file is unreadable or belongs to another request
 */
export const correctByFile = (source: RecordSource, report: CorrectionReport): FindCorrections =>
  async function* (request, imagesOf) {
    const catalog = readStoredCatalog(request);
    for await (const cells of readCorrectedCells(source, catalog)) {
      for (let at = 0; at < cells.length; at += BATCH) {
        const batch = cells.slice(at, at + BATCH);
        const rows = [...new Set(batch.flatMap(({ row }) => row ?? []))];
        const images = new ImagesByCell(await imagesOf(rows));
        yield batch.flatMap((cell) => correctCell(cell, images, catalog, report));
      }
    }
  };

/** Images of some rows with the corrections found for them. */
class ImagesByCell {
  private readonly images = new Map<string, CorrectableImage[]>();

  constructor(images: CorrectableImage[]) {
    for (const image of images) {
      const key = `${image.row} ${image.column}`;
      const others = this.images.get(key);
      if (others) others.push(image);
      else this.images.set(key, [image]);
    }
  }

  findInCell({ row, column }: CorrectedCell): CorrectableImage[] {
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
    const message = '"Error Row" of this line is not a row number. Keep the column unchanged.';
    addProblem({ code: 'correction_row_invalid', message });
    return [];
  }
  const all = images.findInCell(cell);
  const failed = all.filter(({ status }) => status === 'failed');
  const found = matchEntries(cell.text, all, failed, catalog);
  report.unchanged += found.unchanged;
  for (const problem of found.problems) addProblem(problem);
  return found.corrected.map(({ failedIndex: i, url }) => {
    // A second line for the same cell applies to the corrected images.
    Object.assign(failed[i], { status: 'pending', inputUrl: url, isCorrected: true });
    return { id: failed[i].id, url };
  });
}

function matchEntries(
  text: string,
  all: CorrectableImage[],
  failed: CorrectableImage[],
  catalog: CatalogDescription,
) {
  const references = failed.map(({ inputUrl }) => inputUrl);
  const left = removeApplied(text, all, catalog);
  if (failed.length === 0 || left.entries.length === 0) {
    const problems = left.entries.length > 0 ? [notFailed()] : [];
    return { corrected: [], unchanged: left.applied, problems };
  }
  const found = findCorrections(left.text, references, catalog);
  return { ...found, unchanged: found.unchangedCount + left.applied };
}

/** Returns the cell without the entries that an earlier correction has applied. */
function removeApplied(text: string, all: CorrectableImage[], catalog: CatalogDescription) {
  const entries = parseImageCell(text, createCellContext(catalog))
    .filter(({ url, fault }) => url ?? fault)
    .map(({ start, end, url }) => url ?? text.slice(start, end));
  const applied = all
    .filter(({ isCorrected, status }) => isCorrected && status !== 'failed')
    .map(({ inputUrl }) => inputUrl);
  const left = entries.filter((entry) => {
    const at = applied.indexOf(entry);
    if (at >= 0) applied.splice(at, 1);
    return at < 0;
  });
  const isWhole = left.length === entries.length;
  return {
    text: isWhole ? text : joinReferences(left),
    entries: left,
    applied: entries.length - left.length,
  };
}

const notFailed = (): CorrectionFault => ({
  code: 'correction_not_failed',
  message: 'No image of this row and column has failed. Download the errors file again.',
});
