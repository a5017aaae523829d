import { resolveEntry } from '../../../platform/catalog/image-cell/resolve-entry.js';
import type { CatalogDescription } from '../../../platform/catalog/catalog-reader.js';
import { readStoredCatalog } from '../../../platform/database/stored-catalog.js';
import type {
  CorrectableImage,
  FindCorrections,
} from '../../../platform/database/repositories/request-corrections.js';
import { createCellContext } from './cell-context.js';
import type { CorrectionReport } from './correction-report.js';
import type { CorrectionFault } from '../../../platform/catalog/corrections.js';
import type { ImageCorrection } from '../../../platform/database/statements/correct-images.js';

/** The new URL of one image. */
export interface ListedCorrection {
  /** Row of the request, from 1. */
  row: number;
  /** Number of the image in its row, from 1, as in `GET /status`. */
  position: number;
  /** Name of the image's column. Rejected if the image belongs to another column. */
  column?: string;
  url: string;
}

/** Finds the images that the listed corrections refer to. */
export const findCorrectionsInList = (
  corrections: readonly ListedCorrection[],
  report: CorrectionReport,
): FindCorrections =>
  async function* (request, loadImages) {
    const catalog = readStoredCatalog(request);
    const rows = [...new Set(corrections.map(({ row }) => row))];
    const images = await loadImages(rows);
    const imagesByPosition = new Map(
      images.map((image) => [`${image.row} ${image.position}`, image]),
    );
    yield corrections.flatMap((correction) => {
      const image = imagesByPosition.get(`${correction.row} ${correction.position}`);
      return correctImage(correction, image, catalog, report);
    });
  };

function correctImage(
  correction: ListedCorrection,
  image: CorrectableImage | undefined,
  catalog: CatalogDescription,
  report: CorrectionReport,
): ImageCorrection[] {
  const { row, position, column = null } = correction;
  const rejectCorrection = (code: CorrectionFault['code'], message: string) => {
    report.addProblem({ row, line: null, column, position, code, message, value: correction.url });
    return [];
  };
  if (image === undefined) {
    const message = `Row ${row} has no image ${position}. GET /status lists the images of each row.`;
    return rejectCorrection('correction_image_unknown', message);
  }
  const actualColumn = catalog.header[image.column];
  if (column !== null && column !== actualColumn) {
    const message = `Image ${position} in row ${row} belongs to the column "${actualColumn}".`;
    return rejectCorrection('correction_image_unknown', message);
  }
  const { url, fault } = resolveEntry(correction.url, createCellContext(catalog), undefined);
  if (url === undefined) return rejectCorrection(fault!.code, fault!.message);
  if (url === image.inputUrl) {
    report.unchangedCount++;
    return [];
  }
  if (image.status !== 'failed') {
    const message =
      'This image has not failed, so it keeps its URL. Upload the row again to change it.';
    return rejectCorrection('correction_not_failed', message);
  }
  // A later correction of the same image applies to the corrected image.
  Object.assign(image, { status: 'pending', inputUrl: url });
  return [{ id: image.id, url }];
}
