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

/** Precedes a digit that encodes a separator or this character inside a reference. */
const ESCAPE = '\u001b';

/** A row with its images. Each list has one entry per image in the order of the upload. */
export interface ExportRow {
  cells: (string | null)[];
  /**
   * Output URLs separated by commas, empty for images without one. Null when the row has no image. Paths below
   * `/images/` if the request has a template of file names.
   */
  outputs: string | null;
  /**
   * References in the cells. Null when they equal the cell of the only image column, separated by commas.
   * Also null when they were not requested.
   */
  references: string[] | null;
  /** Positions of the image columns in the header; null when there is only one. */
  columns: number[] | null;
  /** The lists of `DETAIL_COLUMNS`. */
  details: (string | null)[];
  /** Results of the audit as stored, separated by `|`; null when they were not requested. */
  audits: string | null;
  /** All outputs of each image, empty for images without one. Null when they were not requested. */
  images: ExportedOutput[][] | null;
}

/** A row with failed images. */
export interface FailedRow {
  row: number;
  cells: (string | null)[];
  failures: { column: number; reference: string; code: string; message: string }[];
}

/** Rows that are being read from a snapshot. */
export interface ExportRows<Row = ExportRow> {
  /** Number of rows that `blocks` yields. */
  count: number;
  blocks: AsyncGenerator<Row[]>;
  /** Frees the connection. Must always be called. */
  close: () => Promise<unknown>;
}

export interface OutputQuery {
  /** Positions of the image columns in the header. */
  imageColumns: readonly number[];
  /**
   * Base of the output URLs, ending with a slash; empty to return file names only. Must be empty for a request with
   * a template of file names.
   */
  imagesUrl: string;
  withReferences: boolean;
  withDetails: boolean;
  /** Default: false. */
  withAudits?: boolean;
  /** `all` returns all outputs of each image, `scored` also their quality and score. */
  outputs: 'first' | 'all' | 'scored';
}

/**
 * Maximum number of columns whose cells are read as separate columns, which is fastest. PostgreSQL allows
 * 1,664 columns.
 */
const MAX_SINGLE_CELLS = 64;

const SAVED_PERCENT = `CASE WHEN status = 'completed' AND bytes_in > 0
  THEN round((1 - bytes_out::numeric / bytes_in) * 100, 1)::text END`;

/**
 * Escapes control characters. A URL has none, but the text of a corrected cell may contain some.
 */
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
/** Empty for an image that was not audited, `-` for one that passed. */
const AUDITS = listExpression(`CASE audit WHEN '' THEN '-' ELSE audit END`, `'|'`);
const DETAIL_LISTS = DETAIL_NAMES.map((name) => DETAIL_SQL[name]);

/** Returns no row after the request was removed. Its products and images are removed later. */
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
   * @throws RequestGoneError, TooManyDownloadsError, the reason of `signal`
   */
  async readOutput(
    request: ProcessingRequest,
    { imageColumns, imagesUrl, withReferences, withDetails, withAudits, outputs }: OutputQuery,
    signal: AbortSignal,
  ): Promise<ExportRows> {
    const hasColumns = withReferences && imageColumns.length > 1;
    const exported = new ExportedOutputs(request);
    const lists = [exported.firstSql, ...(withDetails ? DETAIL_LISTS : [])];
    const audits = withAudits ? lists.push(AUDITS) - 1 : -1;
    const images = outputs === 'first' ? -1 : lists.push(exported.allSql(outputs)) - 1;
    if (withReferences) lists.push(REFERENCES);
    if (hasColumns) lists.push(COLUMNS);
    const read = lists.map((_, i) => `list${i}`);
    // Most cells are plain lists; their references are not sent a second time.
    const references = withReferences ? read.findIndex((_, i) => lists[i] === REFERENCES) : -1;
    if (withReferences && !hasColumns) {
      const cell = `product.cells[${imageColumns[0] + 1}]`;
      read[references] =
        `CASE WHEN translate(list${references}, E'\\x1e', ',') IS DISTINCT FROM ${cell} THEN list${references} END`;
    }
    const sql = `
      SELECT ${cellsExpression(request)}, ${read.join(', ')}
      FROM products product LEFT JOIN (
        SELECT row_number, ${lists.map((list, i) => `${list} AS list${i}`).join(', ')}
        FROM images WHERE request_id = $1 GROUP BY row_number
      ) image ON image.row_number = product.row_number
      WHERE product.request_id = $1
      ORDER BY product.row_number`;
    const blocks = this.reader.readRows({
      owner: request.owner,
      signal,
      first: { sql: PRODUCT_COUNT, parameters: [request.id] },
      sql,
      parameters: [request.id, imagesUrl, ...(hasColumns ? [request.urlColumn] : [])],
      // Both indexes return rows in order, so PostgreSQL merges them. A nested loop would be slower.
      avoidedMethods: ['nestloop'],
    });
    const details = withDetails ? DETAIL_LISTS.length : 0;
    return openRows(request.id, blocks, (row) => {
      const added = row.slice(-read.length) as (string | null)[];
      return {
        cells: extractCells(row, read.length),
        outputs: exported.readFirst(added[0]),
        details: added.slice(1, 1 + details),
        audits: audits < 0 ? null : added[audits],
        images: images < 0 ? null : exported.readAll(added[images]),
        references: references < 0 ? null : splitTexts(added[references]),
        columns: hasColumns ? (added.at(-1)?.split(',').map(Number) ?? null) : null,
      };
    });
  }

  /**
   * Reads the products with failed images: the URLs of the last attempt, their codes and their messages.
   * @throws RequestGoneError, TooManyDownloadsError, the reason of `signal`
   */
  readFailures(request: ProcessingRequest, signal: AbortSignal): Promise<ExportRows<FailedRow>> {
    const sql = `
      SELECT ${cellsExpression(request)}, image.row_number, failures
      FROM (
        SELECT row_number, json_agg(json_build_array(coalesce(column_index::int, $2::int), input_url,
          error_code, translate(error_message, '|', '/')) ORDER BY position) AS failures
        FROM images WHERE request_id = $1 AND status = 'failed' GROUP BY row_number
      ) image CROSS JOIN LATERAL (
        -- OFFSET keeps this a look-up for each of the rows above.
        SELECT cells FROM products WHERE request_id = $1 AND row_number = image.row_number OFFSET 0
      ) product
      ORDER BY image.row_number`;
    const first = { sql: FAILURE_COUNT, parameters: [request.id] };
    const { owner, id, urlColumn } = request;
    const blocks = this.reader.readRows({ owner, signal, first, sql, parameters: [id, urlColumn] });
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

/** Reads the first block, which holds the count. */
async function openRows<T>(
  requestId: string,
  blocks: AsyncGenerator<Row[]>,
  toRow: (row: Row) => T,
): Promise<ExportRows<T>> {
  const { value } = await blocks.next();
  const close = () => blocks.return(undefined);
  const [row] = value as Row[];
  if (row) return { count: Number(row[0]), blocks: exportRows(blocks, toRow), close };
  await close();
  throw new RequestGoneError(requestId);
}

async function* exportRows<T>(blocks: AsyncGenerator<Row[]>, toRow: (row: Row) => T) {
  for await (const rows of blocks) yield rows.map(toRow);
}

function cellsExpression({ header }: ProcessingRequest): string {
  return header.length > MAX_SINGLE_CELLS
    ? 'to_json(product.cells)'
    : header.map((_, i) => `product.cells[${i + 1}]`).join(', ');
}

function extractCells(row: Row, added: number): (string | null)[] {
  const cells = row.slice(0, -added) as (string | null)[];
  return Array.isArray(cells[0]) ? (cells[0] as string[]) : cells;
}

function splitTexts(list: string | null): string[] | null {
  if (list === null) return null;
  const texts = list.split(SEPARATOR);
  return list.includes(ESCAPE) ? texts.map(unescapeText) : texts;
}

const unescapeText = (text: string): string =>
  text.replaceAll(`${ESCAPE}1`, SEPARATOR).replaceAll(`${ESCAPE}0`, ESCAPE);
