import { Injectable } from '@nestjs/common';
import { FORMAT_FACTS, IMAGE_FORMATS } from '../../compression/image-format.js';
import type { ProcessingRequest } from '../entities/processing-request.entity.js';
import { RequestNotFoundError } from '../../http/id.pipe.js';
import { type Row, SnapshotReader } from '../snapshot-reader.js';

/** Cells as they were uploaded, then one text for each column that is added. */
export interface ExportRow {
  cells: (string | null)[];
  added: (string | null)[];
}

/** An open read of a snapshot. */
export interface ExportRows {
  /** How many rows `blocks` yields. */
  count: number;
  blocks: AsyncGenerator<ExportRow[]>;
  /** Frees the connection; to be called in every case. */
  close: () => Promise<unknown>;
}

/** Up to here cells are read one by one, which is quickest; PostgreSQL ends at 1,664 columns. */
const MAX_SINGLE_CELLS = 64;

/** Aligned with the input URLs: one entry for each image, empty where there is nothing to say. */
const listOf = (entry: string, separator = ',') =>
  `string_agg(coalesce(${entry}, ''), '${separator}' ORDER BY position)`;

const EXTENSION = `CASE format ${IMAGE_FORMATS.map(
  (format) => `WHEN '${format}' THEN '${FORMAT_FACTS[format].extension}'`,
).join(' ')} END`;
const OUTPUT_URL = `CASE WHEN status = 'completed' THEN $2 || artifact_key || '.' || ${EXTENSION} END`;
const SAVED_PERCENT = `CASE WHEN status = 'completed' AND bytes_in > 0
  THEN round((1 - bytes_out::numeric / bytes_in) * 100, 1)::text END`;

const OUTPUT_URLS = listOf(OUTPUT_URL);
const ERROR_CODES = listOf('error_code');
/** Sentences hold commas, so that these stand between bars. */
const ERROR_MESSAGES = listOf(`translate(error_message, '|', '/')`, ' | ');
/** Nothing at all where no image failed. */
const ifFailed = (list: string) => `CASE WHEN count(error_code) > 0 THEN ${list} END`;
const DETAILS = [
  listOf('status::text'),
  listOf('bytes_in::text'),
  listOf('bytes_out::text'),
  listOf(SAVED_PERCENT),
  ifFailed(ERROR_CODES),
  ifFailed(ERROR_MESSAGES),
];

/** No row once the request is removed: its products and images go after it. */
const PRODUCT_COUNT = 'SELECT products FROM processing_requests WHERE id = $1';
const FAILURE_COUNT = `
  SELECT (SELECT count(*) FROM (
    SELECT DISTINCT row_number FROM images WHERE request_id = $1 AND status = 'failed'
  ) failed)::int
  FROM processing_requests WHERE id = $1`;

/** Reads the rows of an export in the order of the upload, as they were at one moment. */
@Injectable()
export class ExportRowsRepository {
  constructor(private readonly reader: SnapshotReader) {}

  /**
   * Reads every product with its output URLs (below `imagesUrl`, which ends with a slash).
   * @throws RequestNotFoundError, TooManyDownloadsError, the reason of `signal`
   */
  output(
    request: ProcessingRequest,
    imagesUrl: string,
    detail: boolean,
    signal: AbortSignal,
  ): Promise<ExportRows> {
    const lists = [OUTPUT_URLS, ...(detail ? DETAILS : [])];
    const sql = `
      SELECT ${cellsOf(request)}, ${lists.map((_, i) => `list${i}`).join(', ')}
      FROM products product LEFT JOIN (
        SELECT row_number, ${lists.map((list, i) => `${list} AS list${i}`).join(', ')}
        FROM images WHERE request_id = $1 GROUP BY row_number
      ) image ON image.row_number = product.row_number
      WHERE product.request_id = $1
      ORDER BY product.row_number`;
    const blocks = this.reader.read({
      owner: request.owner,
      signal,
      first: { sql: PRODUCT_COUNT, parameters: [request.id] },
      sql,
      parameters: [request.id, imagesUrl],
      // Both sides come in order from their indexes and are merged; nothing else can be let happen.
      avoid: ['nestloop'],
    });
    return open(blocks, lists.length);
  }

  /**
   * Reads the products with failed images: the failed URLs, their codes and their messages.
   * @throws RequestNotFoundError, TooManyDownloadsError, the reason of `signal`
   */
  failures(request: ProcessingRequest, signal: AbortSignal): Promise<ExportRows> {
    const lists = [listOf('input_url'), ERROR_CODES, ERROR_MESSAGES];
    const sql = `
      SELECT ${cellsOf(request)}, list0, list1, list2
      FROM (
        SELECT row_number, ${lists.map((list, i) => `${list} AS list${i}`).join(', ')}
        FROM images WHERE request_id = $1 AND status = 'failed' GROUP BY row_number
      ) image CROSS JOIN LATERAL (
        -- OFFSET keeps this a look-up for each of the rows above.
        SELECT cells FROM products WHERE request_id = $1 AND row_number = image.row_number OFFSET 0
      ) product
      ORDER BY image.row_number`;
    const first = { sql: FAILURE_COUNT, parameters: [request.id] };
    const { owner, id } = request;
    const blocks = this.reader.read({ owner, signal, first, sql, parameters: [id] });
    return open(blocks, lists.length);
  }
}

/** Reads the first block, which holds the count. */
async function open(blocks: AsyncGenerator<Row[]>, added: number): Promise<ExportRows> {
  const { value } = await blocks.next();
  const close = () => blocks.return(undefined);
  const [row] = value as Row[];
  if (row) return { count: Number(row[0]), blocks: exportRows(blocks, added), close };
  await close();
  throw new RequestNotFoundError();
}

async function* exportRows(blocks: AsyncGenerator<Row[]>, added: number) {
  for await (const rows of blocks) yield rows.map((row) => split(row, added));
}

function cellsOf({ header }: ProcessingRequest): string {
  return header.length > MAX_SINGLE_CELLS
    ? 'to_json(product.cells)'
    : header.map((_, i) => `product.cells[${i + 1}]`).join(', ');
}

function split(row: Row, added: number): ExportRow {
  const cells = row.slice(0, -added) as ExportRow['cells'];
  return {
    cells: Array.isArray(cells[0]) ? (cells[0] as string[]) : cells,
    added: row.slice(-added) as ExportRow['added'],
  };
}
