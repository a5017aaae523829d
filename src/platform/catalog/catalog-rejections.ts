import type { FileProblem } from './csv/file-problem.js';
import type { FileProblemCode } from './file-problem-codes.js';
import {
  type CatalogProblems,
  CatalogRejectedError,
  type CatalogWarning,
  type SampledHeader,
} from './problems.js';
import type { RecordSource } from './records.js';

/** Creates the errors that reject a product file, with its problems and warnings. */
export class CatalogRejections {
  /** Header of the rejected file, from which the user can choose the columns. */
  header?: SampledHeader;

  constructor(
    private readonly source: RecordSource,
    private readonly problems: CatalogProblems,
    private readonly warnings: CatalogWarning[],
  ) {}

  createError(
    code: FileProblemCode,
    message: string,
    options?: { cause?: unknown },
  ): CatalogRejectedError {
    if (this.source.layout.hasEmbeddedImages === true) {
      const warning =
        'The workbook contains embedded images. Only URLs are read. Add the URL of each image to its product.';
      this.warnings.push({ code: 'pictures_embedded', message: warning });
    }
    return new CatalogRejectedError(
      code,
      `Nothing was stored. ${message}`,
      this.problems,
      this.warnings,
      { ...options, header: this.header },
    );
  }

  createUnusableImagesError(): CatalogRejectedError {
    const [firstProblem] = this.problems.reported;
    const detail =
      firstProblem === undefined
        ? 'All image cells are empty.'
        : `Row ${firstProblem.row}: ${firstProblem.message}`;
    return this.createError(
      'no_usable_image',
      `The file contains no image that can be downloaded. ${detail}`,
    );
  }

  createInvalidRowsError(): CatalogRejectedError {
    const [firstProblem] = this.problems.reported;
    const suffix = this.problems.count > 1 ? ` ${this.problems.count} problems in total.` : '';
    return this.createError(
      'csv_rows_invalid',
      `Row ${firstProblem.row} (line ${firstProblem.line}): ${firstProblem.message}${suffix}`,
    );
  }

  createFileProblemError(problem: FileProblem): CatalogRejectedError {
    const { code, message, status, cause, affectsWholeFile } = problem;
    const line = affectsWholeFile ? 1 : this.source.findLine(problem);
    if (status === 400) {
      this.problems.addProblem({ row: null, line, column: null, code, message, value: null });
    }
    const position = affectsWholeFile ? '' : ` (Line ${line}.)`;
    return this.createError(code, message + position, { cause });
  }
}
