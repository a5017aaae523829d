import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import type { CatalogDescription } from '../../platform/catalog/catalog-reader.js';
import type { Links } from '../../platform/http/links.js';
import { VERSION } from '../../platform/config/version.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import { readStoredCatalog } from '../../platform/database/stored-catalog.js';
import {
  type ExportRows,
  ExportRowsRepository,
} from '../../platform/database/repositories/export-rows.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { isFinal } from '../../platform/database/states.js';
import { errorsFile } from '../../platform/catalog/write/errors-file.js';
import { type OutputFormat, outputFile } from '../../platform/catalog/write/output-file.js';
import { downloadName } from './download-name.js';
import type { ErrorsQueryDto, OutputQueryDto } from './download.query.dto.js';
import { toExportError, DownloadNotReadyError, assertSheetRows } from './export-errors.js';
import { ImagesZip } from './images-zip.js';
import { createCheckColumn } from './check-column.js';
import { ColumnsPerOutput } from './columns-per-output.js';
import { countRows, outputRows } from './output-rows.js';
import type { FileDownload, OpenFile } from './send-file.js';
import type { ZipDownload } from './send-zip.js';

const CONTENT_TYPES: Record<OutputFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

@Injectable()
export class ExportService {
  constructor(
    private readonly requests: RequestsRepository,
    private readonly rows: ExportRowsRepository,
    private readonly images: ImagesZip,
  ) {}

  /** @throws RequestNotFoundError, DownloadNotReadyError, SheetLimitError */
  async openOutputFile(id: string, query: OutputQueryDto, links: Links): Promise<FileDownload> {
    const request = await this.find(id, query.partial);
    const { detail, raw, output: mode } = query;
    const catalog = readStoredCatalog(request);
    const format = query.format ?? defaultFormat(catalog);
    if (format === 'xlsx') assertSheetRows(request.products, catalog);
    // PostgreSQL builds plain URLs. The app signs URLs and applies file name templates.
    const isBuiltHere = links.imageExpiry !== undefined || request.filenameTemplate !== null;
    const isPositional = request.catalog === null && mode === 'append';
    const bucket = links.directImageBaseUrl === undefined ? [] : [links.directImageBaseUrl];
    const columns = new ColumnsPerOutput(request, detail);
    // A shop imports the file of `replace`, and its importer may reject an additional column.
    const check = mode === 'append' || detail ? createCheckColumn(request) : undefined;
    const how = [format, mode, detail, raw, links.baseUrl, links.imageExpiry, ...bucket];
    return {
      filename: downloadName(request.filename, 'compressed', format),
      contentType: CONTENT_TYPES[format],
      tag: createTag(request, ['output', ...how]),
      rows: request.products,
      open: async (signal) => {
        const wanted = {
          imageColumns: catalog.imageColumns,
          imagesUrl: isBuiltHere ? '' : links.imageUrl(''),
          withReferences: !isPositional,
          withDetails: detail,
          withAudits: check !== undefined,
          outputs: columns.query,
        };
        const rows = await this.rows.readOutput(request, wanted, signal);
        const file = (name: string) => links.imageUrl(name);
        const urls = { first: isBuiltHere ? file : (url: string) => url, file };
        return fileOf(rows, (blocks) =>
          outputFile(catalog, outputRows(blocks, { urls, columns, check }), {
            format,
            mode,
            raw,
            details: [...columns.details, ...(check ? [check.column] : [])],
            outputs: columns.named,
            isPositional,
          }),
        );
      },
    };
  }

  /** @throws RequestNotFoundError, DownloadNotReadyError */
  async openErrorsFile(id: string, query: ErrorsQueryDto): Promise<FileDownload> {
    const { partial, raw } = query;
    const request = await this.find(id, partial);
    const catalog = readStoredCatalog(request);
    const format = query.format ?? defaultFormat(catalog);
    return {
      filename: downloadName(request.filename, 'errors', format),
      contentType: CONTENT_TYPES[format],
      tag: createTag(request, ['errors', format, raw]),
      open: async (signal) => {
        const rows = await this.rows.readFailures(request, signal);
        return fileOf(rows, (blocks) => errorsFile(catalog, blocks, { format, raw }));
      },
    };
  }

  /** @throws RequestNotFoundError, DownloadNotReadyError */
  async openZip(id: string, partial: boolean): Promise<ZipDownload> {
    const request = await this.find(id, partial);
    return {
      filename: downloadName(request.filename, 'compressed', 'zip'),
      open: (signal) => this.images.open(request, signal),
    };
  }

  private async find(id: string, partial: boolean): Promise<ProcessingRequest> {
    const request = await this.requests.find(id);
    if (!request) throw new RequestNotFoundError();
    if (!isFinal(request.status) && !partial) throw new DownloadNotReadyError(request);
    return request;
  }
}

const defaultFormat = ({ layout }: CatalogDescription): OutputFormat =>
  layout.format === 'xlsx' ? 'xlsx' : 'csv';

function fileOf<T>(
  { count, blocks, close }: ExportRows<T>,
  write: (blocks: AsyncIterable<readonly T[]>) => AsyncGenerator<Buffer>,
): OpenFile {
  return { rows: count, content: convertLimitErrors(write(countRows(blocks, count))), close };
}

/** Converts Excel limit errors to API errors. */
async function* convertLimitErrors(content: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    throw toExportError(error);
  }
}

/** Returns a weak entity tag (RFC 9110, 8.8.3) of request, state and download options. */
function createTag(request: ProcessingRequest, how: unknown[]): string | undefined {
  if (!isFinal(request.status)) return undefined;
  const { id, completedAt, imagesCompleted, imagesFailed, imagesCancelled } = request;
  const state = [id, completedAt, imagesCompleted, imagesFailed, imagesCancelled, VERSION, ...how];
  return `W/"${createHash('sha1').update(JSON.stringify(state)).digest('base64url')}"`;
}
