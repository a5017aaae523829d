import type { FileProblem } from './csv/file-problem.js';
import type { FileProblemCode } from './file-problem-codes.js';
import {
  type CatalogProblems,
  CatalogRefusedError,
  type CatalogWarning,
  type SampledHeader,
} from './problems.js';
import type { RecordSource } from './records.js';

/** Creates the errors that refuse a product file, with its problems and warnings. */
export class CatalogRefusals {
  /** Set for a rejected file, so the user can choose the columns. */
  header?: SampledHeader;

  constructor(
    private readonly source: RecordSource,
    private readonly problems: CatalogProblems,
    private readonly warnings: CatalogWarning[],
  ) {}

  byCode(
    code: FileProblemCode,
    message: string,
    options?: { cause?: unknown },
  ): CatalogRefusedError {
    if (this.source.layout.hasEmbeddedImages === true) {
      const message =
        'The workbook contains embedded images. Only URLs are read. Add the URL of each image to its product.';
      this.warnings.push({ code: 'pictures_embedded', message });
    }
    return new CatalogRefusedError(
      code,
      `Nothing was stored. ${message}`,
      this.problems,
      this.warnings,
      { ...options, header: this.header },
    );
  }

  byUnusableImages(): CatalogRefusedError {
    const [first] = this.problems.reported;
    const detail =
      first === undefined ? 'All image cells are empty.' : `Row ${first.row}: ${first.message}`;
    return this.byCode(
      'no_usable_image',
      `The file contains no image that can be downloaded. ${detail}`,
    );
  }

  byRows(): CatalogRefusedError {
    const [first] = this.problems.reported;
    const more = this.problems.count > 1 ? ` ${this.problems.count} problems in total.` : '';
    return this.byCode(
      'csv_rows_invalid',
      `Row ${first.row} (line ${first.line}): ${first.message}${more}`,
    );
  }

  byFileProblem(problem: FileProblem): CatalogRefusedError {
    const { code, message, status, cause, isAboutFile } = problem;
    const line = isAboutFile ? 1 : this.source.findLine(problem);
    if (status === 400) {
      this.problems.add({ row: null, line, column: null, code, message, value: null });
    }
    const where = isAboutFile ? '' : ` (Line ${line}.)`;
    return this.byCode(code, message + where, { cause });
  }
}
