import { setTimeout as sleep } from 'node:timers/promises';
import { WEBHOOK_SECRET } from './message-log.js';
import { PLAIN, UPLOAD_KINDS, type UploadKind } from './upload-kinds.js';

/** An uploaded catalog from the perspective of the client. */
export interface Catalog {
  /** Unique name, which identifies the request of an upload without a response. */
  filename: string;
  hookPath: string;
  kind: UploadKind;
  /** The image URLs of each row. */
  rows: string[][];
  /** The image URL that must not be fetched. */
  forbiddenUrl: string;
  /** Undefined if the upload was rejected or has no response. */
  requestId?: string;
}

export interface UploadClientOptions {
  /** Prefix of file names, paths and hooks. */
  name: string;
  /** Returns the URL of the app. */
  getAppUrl: () => string;
  /** Origins of the images, which the client uses in turn. */
  origins: string[];
  getWebhookUrl: (path: string) => string;
  /** Returns the n-th URL that must not be fetched. */
  getForbiddenUrl: (n: number) => string;
}

export interface UploadOptions {
  /** Default: `PLAIN`. */
  kind?: UploadKind;
  /** Text that every image path contains. */
  pathMarker?: string;
  /** Origins of the images. Default: all origins of the client. */
  origins?: string[];
  /** Called with the catalog before the upload. */
  beforeUpload?: (catalog: Catalog) => void;
}

/** Columns of an uploaded catalog. */
export const HEADER = 'S. No.,Product Name,Input Image Urls';
const IMAGES_PER_ROW = 2;
const RESPONSE_TIMEOUT_MS = 20_000;

/** Uploads catalogs and records the responses. */
export class UploadClient {
  /** Uploads with the status 202. */
  readonly accepted: Catalog[] = [];
  /** Uploads without a response, which the app may have accepted. */
  readonly withoutResponse: Catalog[] = [];
  /** Uploads with any other status. */
  readonly rejected: { catalog: Catalog; status: number; body: string }[] = [];
  private catalogCount = 0;
  private imageCount = 0;

  constructor(private readonly options: UploadClientOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** Uploads one catalog. Never rejects. The lists above contain the result. */
  async upload(imageCount: number, options: UploadOptions = {}): Promise<Catalog> {
    const catalog = this.createCatalog(imageCount, options);
    options.beforeUpload?.(catalog);
    const lines = catalog.rows.map((urls, i) => `${i + 1},SKU ${i + 1},"${urls.join(',')}"`);
    const form = new FormData();
    form.append('webhook_url', this.options.getWebhookUrl(catalog.hookPath));
    form.append('webhook_secret', WEBHOOK_SECRET);
    for (const [name, value] of Object.entries(catalog.kind.fields)) form.append(name, value);
    const csv = [HEADER, ...lines, ''].join('\n');
    form.append('file', new Blob([csv], { type: 'text/csv' }), catalog.filename);
    try {
      const response = await fetch(`${this.options.getAppUrl()}/upload`, {
        method: 'POST',
        body: form,
        signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
      });
      const body = await response.text();
      if (response.status === 202) {
        catalog.requestId = (JSON.parse(body) as { request_id: string }).request_id;
        this.accepted.push(catalog);
      } else this.rejected.push({ catalog, status: response.status, body });
    } catch {
      this.withoutResponse.push(catalog);
    }
    return catalog;
  }

  /** Uploads catalogs of each kind until `signal` is aborted. This way, every fault occurs during uploads and processing. */
  async keepUploading(
    imageCount: number,
    intervalMs: number,
    signal: AbortSignal,
    options: UploadOptions,
  ): Promise<void> {
    for (let n = 0; !signal.aborted; n++) {
      await this.upload(imageCount, { kind: UPLOAD_KINDS[n % UPLOAD_KINDS.length], ...options });
      await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private createCatalog(
    imageCount: number,
    { kind = PLAIN, pathMarker = '', origins = this.options.origins }: UploadOptions,
  ): Catalog {
    const name = `${this.options.name}-${(this.catalogCount += 1)}`;
    const url = () => {
      const n = (this.imageCount += 1);
      return `${origins[n % origins.length]}/${this.options.name}/${pathMarker}${n}.jpg`;
    };
    const rows: string[][] = [];
    for (let remaining = imageCount; remaining > 0; remaining -= IMAGES_PER_ROW) {
      rows.push(Array.from({ length: Math.min(remaining, IMAGES_PER_ROW) }, url));
    }
    const forbiddenUrl = this.options.getForbiddenUrl(this.catalogCount);
    // Repeats the first image, which is downloaded once and counted twice.
    rows.push([rows[0][0]], [forbiddenUrl]);
    return { filename: `${name}.csv`, hookPath: `/${name}`, kind, rows, forbiddenUrl };
  }
}
