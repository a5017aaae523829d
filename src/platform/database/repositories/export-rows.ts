import { Injectable } from '@nestjs/common';
import { DETAIL_NAMES, type DetailName } from '../../catalog/write/detail-columns.js';
import type { ProcessingRequest } from '../entities/processing-request.entity.js';
import { RequestGoneError } from '../../errors/request-gone.error.js';
import { type Row, SnapshotReader } from '../snapshot-reader.js';
import {
  type ExportedOutput,
  ExportedOutputs,
  listExpression,
  SEPARATOR,
} from './exported-outputs.js';

/** Escape character. The digit after it represents a separator or an escape character in a reference. */
const ESCAPE = '\u001b';

/** A row with its images. Each list has one entry per image, in the order of the upload. */
export interface ExportRow {
  cells: (string | null)[];
  /**
   * Output URLs separated by commas, empty for images without an output. Null if the row has no images. Paths
   * under `/images/` if the request has a file name template.
   */
  outputs: string | null;
  /**
   * References in the cells. Null if they were not requested. Also null if there is only one image column and
   * its cell is the same list, separated by commas.
   */
  references: string[] | null;
  /** Index of the image column of each image; null if there is only one image column. */
  columns: number[] | null;
  /** Lists for the `DETAIL_COLUMNS`. */
  details: (string | null)[];
  /** Stored audit results, separated by `|`; null if they were not requested. */
  audits: string | null;
  /** All outputs of each image, empty for images without outputs. Null if they were not requested. */
  images: ExportedOutput[][] | null;
}

/** A row with failed images. */
export interface FailedRow {
  row: number;
  cells: (string | null)[];
  failures: { column: number; reference: string; code: string; message: string }[];
}

/** Rows that are read from a snapshot. */
export interface ExportRows<Row = ExportRow> {
  /** Number of rows that `blocks` yields. */
  count: number;
  blocks: AsyncGenerator<Row[]>;
  /** Releases the connection. The caller must always call it. */
  close: () => Promise<unknown>;
}

export interface OutputQuery {
  /** Indexes of the image columns in the header. */
  imageColumns: readonly number[];
  /**
   * Base of the output URLs with a trailing slash; empty to return only file names. Must be empty for a request
   * with a file name template.
   */
  imagesUrl: string;
  withReferences: boolean;
  withDetails: boolean;
  /** Defaults to false. */
  withAudits?: boolean;
  /** `all` returns all outputs of each image; `scored` also returns their quality and score. */
  outputs: 'first' | 'all' | 'scored';
}

/**
 * Maximum number of cells that are read as separate columns, which is fastest. PostgreSQL allows 1,664
 * columns.
 */
const MAX_CELL_COLUMNS = 64;

const SAVED_PERCENT = `CASE WHEN status = 'completed' AND bytes_in > 0
  THEN round((1 - bytes_out::numeric / bytes_in) * 100, 1)::text END`;

/** Escapes control characters. Only the text of a corrected cell can contain them. */
const REFERENCE = `CASE WHEN cell_reference IS NULL THEN input_url
  ELSE replace(replace(cell_reference, E'\\x1b', E'\\x1b0'), E'\\x1e', E'\\x1b1') END`;
const REFERENCES = listExpression(REFERENCE, `E'\\x1e'`);
const COLUMNS = listExpression(`coalesce(column_index::int, $3::int)::text`);

const DETAIL_SQL: Record<DetailName, string> = {
  status: listExpression('status::text'),
  bytesIn: listExpression('bytes_in::text'),
  bytesOut: listExpression('bytes_out::text'),
  savedPercent: listExpression(SAVED_PERCENT),
  errorCode: listExpression('error_code'),
  errorMessage: listExpression(`translate(error_message, '|', '/')`, `' | '`),
};
/** Empty for an image that was not audited, `-` for an image that passed. */
const AUDITS = listExpression(`CASE audit WHEN '' THEN '-' ELSE audit END`, `'|'`);
const DETAIL_LISTS = DETAIL_NAMES.map((name) => DETAIL_SQL[name]);

/** Returns no row for a removed request, whose products and images are removed later. */
const PRODUCT_COUNT = 'SELECT products FROM processing_requests WHERE id = $1';
const FAILURE_COUNT = `
  SELECT (SELECT count(*) FROM (
    SELECT DISTINCT row_number FROM images WHERE request_id = $1 AND status = 'failed'
  ) failed)::int
  FROM processing_requests WHERE id = $1`;

/** Reads the rows of an export in the order of the upload, from one snapshot. */
@Injectable()
export class ExportRowsRepository {
  constructor(private readonly reader: SnapshotReader) {}

  /**
   * Reads every product with its output URLs.
   * @throws RequestGoneError, TooManyDownloadsError, or the reason of `signal`
   */
  async readOutput(
    request: ProcessingRequest,
    { imageColumns, imagesUrl, withReferences, withDetails, withAudits, outputs }: OutputQuery,
    signal: AbortSignal,
  ): Promise<ExportRows> {
    const withColumnIndexes = withReferences && imageColumns.length > 1;
    const exportedOutputs = new ExportedOutputs(request);
    const lists = [exportedOutputs.firstOutputsSql, ...(withDetails ? DETAIL_LISTS : [])];
    const auditsIndex = withAudits ? lists.push(AUDITS) - 1 : -1;
    const imagesIndex =
      outputs === 'first' ? -1 : lists.push(exportedOutputs.buildAllOutputsSql(outputs)) - 1;
    if (withReferences) lists.push(REFERENCES);
    if (withColumnIndexes) lists.push(COLUMNS);
    const selectedColumns = lists.map((_, index) => `list${index}`);
    const referencesIndex = withReferences ? lists.indexOf(REFERENCES) : -1;
    if (withReferences && !withColumnIndexes) {
      // Most cells already contain the list of references. The statement omits such a list.
      const cell = `product.cells[${imageColumns[0] + 1}]`;
      const list = selectedColumns[referencesIndex];
      selectedColumns[referencesIndex] =
        `CASE WHEN translate(${list}, E'\\x1e', ',') IS DISTINCT FROM ${cell} THEN ${list} END`;
    }
    const sql = `
      SELECT ${cellsExpression(request)}, ${selectedColumns.join(', ')}
      FROM products product LEFT JOIN (
        SELECT row_number, ${lists.map((list, index) => `${list} AS list${index}`).join(', ')}
        FROM images WHERE request_id = $1 GROUP BY row_number
      ) image ON image.row_number = product.row_number
      WHERE product.request_id = $1
      ORDER BY product.row_number`;
    const blocks = this.reader.readRows({
      owner: request.owner,
      signal,
      firstStatement: { sql: PRODUCT_COUNT, parameters: [request.id] },
      sql,
      parameters: [request.id, imagesUrl, ...(withColumnIndexes ? [request.urlColumn] : [])],
      // Both indexes return rows in order, so PostgreSQL merges them. A nested loop would be slower.
      avoidedMethods: ['nestloop'],
    });
    const detailCount = withDetails ? DETAIL_LISTS.length : 0;
    return openRows(request.id, blocks, (row) => {
      const values = row.slice(-selectedColumns.length) as (string | null)[];
      return {
        cells: extractCells(row, selectedColumns.length),
        outputs: exportedOutputs.parseFirstOutputs(values[0]),
        details: values.slice(1, 1 + detailCount),
        audits: auditsIndex < 0 ? null : values[auditsIndex],
        images: imagesIndex < 0 ? null : exportedOutputs.parseAllOutputs(values[imagesIndex]),
        references: referencesIndex < 0 ? null : splitReferences(values[referencesIndex]),
        columns: withColumnIndexes ? (values.at(-1)?.split(',').map(Number) ?? null) : null,
      };
    });
  }

  /**
   * Reads the products with failed images, and for each image the URL, code and message of the last attempt.
   * @throws RequestGoneError, TooManyDownloadsError, or the reason of `signal`
   */
  readFailures(request: ProcessingRequest, signal: AbortSignal): Promise<ExportRows<FailedRow>> {
    const sql = `
      SELECT ${cellsExpression(request)}, image.row_number, failures
      FROM (
        SELECT row_number, json_agg(json_build_array(coalesce(column_index::int, $2::int), input_url,
          error_code, translate(error_message, '|', '/')) ORDER BY position) AS failures
        FROM images WHERE request_id = $1 AND status = 'failed' GROUP BY row_number
      ) image CROSS JOIN LATERAL (
        -- OFFSET forces an index lookup for each row above.
        SELECT cells FROM products WHERE request_id = $1 AND row_number = image.row_number OFFSET 0
      ) product
      ORDER BY image.row_number`;
    const firstStatement = { sql: FAILURE_COUNT, parameters: [request.id] };
    const { owner, id, urlColumn } = request;
    const blocks = this.reader.readRows({
      owner,
      signal,
      firstStatement,
      sql,
      parameters: [id, urlColumn],
    });
    return openRows(request.id, blocks, (row) => {
      const [rowNumber, failures] = row.slice(-2) as [number, FailureTuple[]];
      return {
        row: rowNumber,
        cells: extractCells(row, 2),
        failures: failures.map(([column, reference, code, message]) => ({
          column,
          reference,
          code: code ?? '',
          message: message ?? '',
        })),
      };
    });
  }
}

type FailureTuple = [
  column: number,
  reference: string,
  code: string | null,
  message: string | null,
];

/** Reads the first block, which contains the count. */
async function openRows<T>(
  requestId: string,
  blocks: AsyncGenerator<Row[]>,
  toRow: (row: Row) => T,
): Promise<ExportRows<T>> {
  const { value } = await blocks.next();
  const close = () => blocks.return(undefined);
  const [row] = value as Row[];
  if (row) return { count: Number(row[0]), blocks: convertBlocks(blocks, toRow), close };
  await close();
  throw new RequestGoneError(requestId);
}

async function* convertBlocks<T>(blocks: AsyncGenerator<Row[]>, toRow: (row: Row) => T) {
  for await (const rows of blocks) yield rows.map(toRow);
}

function cellsExpression({ header }: ProcessingRequest): string {
  return header.length > MAX_CELL_COLUMNS
    ? 'to_json(product.cells)'
    : header.map((_, index) => `product.cells[${index + 1}]`).join(', ');
}

function extractCells(row: Row, otherColumnCount: number): (string | null)[] {
  const cells = row.slice(0, -otherColumnCount) as (string | null)[];
  return Array.isArray(cells[0]) ? (cells[0] as string[]) : cells;
}

function splitReferences(list: string | null): string[] | null {
  if (list === null) return null;
  const references = list.split(SEPARATOR);
  return list.includes(ESCAPE) ? references.map(unescapeReference) : references;
}

const unescapeReference = (reference: string): string =>
  reference.replaceAll(`${ESCAPE}1`, SEPARATOR).replaceAll(`${ESCAPE}0`, ESCAPE);
