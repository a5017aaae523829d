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
import { writeErrorsFile } from '../../platform/catalog/write/errors-file.js';
import { type OutputFormat, writeOutputFile } from '../../platform/catalog/write/output-file.js';
import { formatDownloadName } from './download-name.js';
import type { ErrorsQueryDto, OutputQueryDto } from './download.query.dto.js';
import { toExportError, DownloadNotReadyError, assertRowsFitSheet } from './export-errors.js';
import { ImagesZip } from './images-zip.js';
import { createCheckColumn } from './check-column.js';
import { OutputCells } from './output-cells.js';
import { countRows, buildOutputRows } from './output-rows.js';
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
    private readonly imagesZip: ImagesZip,
  ) {}

  /** @throws RequestNotFoundError, DownloadNotReadyError, SheetLimitError */
  async openOutputFile(id: string, query: OutputQueryDto, links: Links): Promise<FileDownload> {
    const request = await this.findDownloadableRequest(id, query.partial);
    const { detail, raw, output: mode } = query;
    const catalog = readStoredCatalog(request);
    const format = query.format ?? selectDefaultFormat(catalog);
    if (format === 'xlsx') assertRowsFitSheet(request.products, catalog);
    // PostgreSQL builds plain URLs. Signed URLs and file name templates need the app.
    const areUrlsBuiltByApp = links.imageExpiry !== undefined || request.filenameTemplate !== null;
    const isPositional = request.catalog === null && mode === 'append';
    const bucketUrls = links.directImageBaseUrl === undefined ? [] : [links.directImageBaseUrl];
    const columns = new OutputCells(request, detail);
    // Shops import files in `replace` mode, and an importer may reject an additional column.
    const checkColumn = mode === 'append' || detail ? createCheckColumn(request) : undefined;
    const options = [format, mode, detail, raw, links.baseUrl, links.imageExpiry, ...bucketUrls];
    return {
      filename: formatDownloadName(request.filename, 'compressed', format),
      contentType: CONTENT_TYPES[format],
      etag: computeETag(request, ['output', ...options]),
      rowCount: request.products,
      open: async (signal) => {
        const fields = {
          imageColumns: catalog.imageColumns,
          imagesUrl: areUrlsBuiltByApp ? '' : links.imageUrl(''),
          withReferences: !isPositional,
          withDetails: detail,
          withAudits: checkColumn !== undefined,
          outputs: columns.requiredOutputs,
        };
        const rows = await this.rows.readOutput(request, fields, signal);
        const toFileUrl = (name: string) => links.imageUrl(name);
        const toFirstOutputUrl = areUrlsBuiltByApp ? toFileUrl : (url: string) => url;
        const urls = { toFirstOutputUrl, toFileUrl };
        return createOpenFile(rows, (blocks) =>
          writeOutputFile(catalog, buildOutputRows(blocks, { urls, columns, checkColumn }), {
            format,
            mode,
            raw,
            details: [...columns.details, ...(checkColumn ? [checkColumn.column] : [])],
            outputs: columns.namedOutputs,
            isPositional,
          }),
        );
      },
    };
  }

  /** @throws RequestNotFoundError, DownloadNotReadyError */
  async openErrorsFile(id: string, query: ErrorsQueryDto): Promise<FileDownload> {
    const { partial, raw } = query;
    const request = await this.findDownloadableRequest(id, partial);
    const catalog = readStoredCatalog(request);
    const format = query.format ?? selectDefaultFormat(catalog);
    return {
      filename: formatDownloadName(request.filename, 'errors', format),
      contentType: CONTENT_TYPES[format],
      etag: computeETag(request, ['errors', format, raw]),
      open: async (signal) => {
        const rows = await this.rows.readFailures(request, signal);
        return createOpenFile(rows, (blocks) => writeErrorsFile(catalog, blocks, { format, raw }));
      },
    };
  }

  /** @throws RequestNotFoundError, DownloadNotReadyError */
  async openZip(id: string, partial: boolean): Promise<ZipDownload> {
    const request = await this.findDownloadableRequest(id, partial);
    return {
      filename: formatDownloadName(request.filename, 'compressed', 'zip'),
      open: (signal) => this.imagesZip.openZip(request, signal),
    };
  }

  private async findDownloadableRequest(id: string, partial: boolean): Promise<ProcessingRequest> {
    const request = await this.requests.findRequest(id);
    if (!request) throw new RequestNotFoundError();
    if (!isFinal(request.status) && !partial) throw new DownloadNotReadyError(request);
    return request;
  }
}

const selectDefaultFormat = ({ layout }: CatalogDescription): OutputFormat =>
  layout.format === 'xlsx' ? 'xlsx' : 'csv';

function createOpenFile<T>(
  { count, blocks, close }: ExportRows<T>,
  write: (blocks: AsyncIterable<readonly T[]>) => AsyncGenerator<Buffer>,
): OpenFile {
  return { rowCount: count, content: convertLimitErrors(write(countRows(blocks, count))), close };
}

/** Converts Excel limit errors to API errors. */
async function* convertLimitErrors(content: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    throw toExportError(error);
  }
}

/** Computes a weak entity tag (RFC 9110, 8.8.3) from the request, its state and the download options. */
function computeETag(request: ProcessingRequest, options: unknown[]): string | undefined {
  if (!isFinal(request.status)) return undefined;
  const { id, completedAt, imagesCompleted, imagesFailed, imagesCancelled } = request;
  const state = [
    id,
    completedAt,
    imagesCompleted,
    imagesFailed,
    imagesCancelled,
    VERSION,
    ...options,
  ];
  return `W/"${createHash('sha1').update(JSON.stringify(state)).digest('base64url')}"`;
}
