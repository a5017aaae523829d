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
  /** From 1. */
  row: number;
  /** Number of the image in its row, from 1, as the status lists it. */
  position: number;
  /** Name of the image's column. Rejected if the image belongs to another column. */
  column?: string;
  url: string;
}

/** Finds the images that the listed corrections name. */
export const correctByList = (
  corrections: readonly ListedCorrection[],
  report: CorrectionReport,
): FindCorrections =>
  async function* (request, imagesOf) {
    const catalog = readStoredCatalog(request);
    const rows = [...new Set(corrections.map(({ row }) => row))];
    const images = await imagesOf(rows);
    const byPosition = new Map(images.map((image) => [`${image.row} ${image.position}`, image]));
    yield corrections.flatMap((correction) => {
      const image = byPosition.get(`${correction.row} ${correction.position}`);
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
  const refuse = (code: CorrectionFault['code'], message: string) => {
    report.addProblem({ row, line: null, column, position, code, message, value: correction.url });
    return [];
  };
  if (image === undefined) {
    const message = `Row ${row} has no image ${position}. GET /status lists the images of each row.`;
    return refuse('correction_image_unknown', message);
  }
  const actual = catalog.header[image.column];
  if (column !== null && column !== actual) {
    const message = `Image ${position} of row ${row} belongs to the column "${actual}".`;
    return refuse('correction_image_unknown', message);
  }
  const { url, fault } = resolveEntry(correction.url, createCellContext(catalog), undefined);
  if (url === undefined) return refuse(fault!.code, fault!.message);
  if (url === image.inputUrl) {
    report.unchanged++;
    return [];
  }
  if (image.status !== 'failed') {
    const message =
      'This image has not failed, so it keeps its URL. Upload the row again to change it.';
    return refuse('correction_not_failed', message);
  }
  // A second correction of the same image applies to the corrected one.
  Object.assign(image, { status: 'pending', inputUrl: url });
  return [{ id: image.id, url }];
}
