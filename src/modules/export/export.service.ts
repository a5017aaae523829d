import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RequestNotFoundError } from '../../platform/http/id.pipe.js';
import type { Links } from '../../platform/http/links.js';
import { VERSION } from '../../platform/config/version.js';
import type { ProcessingRequest } from '../../platform/database/entities/processing-request.entity.js';
import {
  type ExportRow,
  type ExportRows,
  ExportRowsRepository,
} from '../../platform/database/repositories/export-rows.js';
import { RequestsRepository } from '../../platform/database/repositories/requests.js';
import { isFinal } from '../../platform/database/states.js';
import {
  counted,
  DETAIL_COLUMNS,
  errorsCsv,
  guardFor,
  OUTPUT_COLUMN,
  outputCsv,
} from './csv-file.js';
import { downloadName } from './download-name.js';
import type { ErrorsQueryDto, OutputQueryDto } from './download.query.dto.js';
import { DownloadNotReadyError } from './export-errors.js';
import { ImagesZip } from './images-zip.js';
import type { ZipDownload } from './send-zip.js';
import type { CsvDownload, OpenCsv } from './send-csv.js';

@Injectable()
export class ExportService {
  constructor(
    private readonly requests: RequestsRepository,
    private readonly rows: ExportRowsRepository,
    private readonly images: ImagesZip,
  ) {}

  /** @throws RequestNotFoundError, NotFinishedError */
  async output(id: string, query: OutputQueryDto, links: Links): Promise<CsvDownload> {
    const request = await this.find(id, query.partial);
    const { detail, raw } = query;
    const isSigned = links.imagesExpire !== undefined;
    const columns = [OUTPUT_COLUMN, ...(detail ? DETAIL_COLUMNS : [])];
    return {
      filename: downloadName(request.filename, 'compressed'),
      tag: tagOf(request, ['output', detail, raw, links.base, links.imagesExpire]),
      rows: request.products,
      open: async (signal) => {
        // PostgreSQL puts unsigned URLs together; the key of the signatures stays here.
        const imagesUrl = isSigned ? '' : links.image('');
        const rows = await this.rows.output(request, imagesUrl, detail, signal);
        return csvOf(rows, (blocks) => {
          const written = isSigned ? withSignedUrls(blocks, links) : blocks;
          return outputCsv(request, written, columns, guardFor(raw));
        });
      },
    };
  }

  /** @throws RequestNotFoundError, NotFinishedError */
  async errors(id: string, { partial, raw }: ErrorsQueryDto): Promise<CsvDownload> {
    const request = await this.find(id, partial);
    return {
      filename: downloadName(request.filename, 'errors'),
      tag: tagOf(request, ['errors', raw]),
      open: async (signal) => {
        const rows = await this.rows.failures(request, signal);
        return csvOf(rows, (blocks) => errorsCsv(request, blocks, guardFor(raw)));
      },
    };
  }

  /** @throws RequestNotFoundError, NotFinishedError */
  async zip(id: string, partial: boolean): Promise<ZipDownload> {
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

function csvOf(
  { count, blocks, close }: ExportRows,
  write: (blocks: AsyncIterable<ExportRow[]>) => AsyncGenerator<string>,
): OpenCsv {
  return { rows: count, text: write(counted(blocks, count)), close };
}

/** The output URLs come first of what was added, and as names alone. */
async function* withSignedUrls(blocks: AsyncIterable<ExportRow[]>, links: Links) {
  const url = (name: string) => (name === '' ? '' : links.image(name));
  for await (const rows of blocks) {
    yield rows.map(({ cells, added: [names, ...details] }) => ({
      cells,
      added: [names === null ? null : names.split(',').map(url).join(','), ...details],
    }));
  }
}

/** Weak entity tag (RFC 9110, 8.8.3): the same request in the same state, written the same way. */
function tagOf(request: ProcessingRequest, how: unknown[]): string | undefined {
  if (!isFinal(request.status)) return undefined;
  const { id, completedAt, imagesCompleted, imagesFailed, imagesCancelled } = request;
  const state = [id, completedAt, imagesCompleted, imagesFailed, imagesCancelled, VERSION, ...how];
  return `W/"${createHash('sha1').update(JSON.stringify(state)).digest('base64url')}"`;
}
