import { setTimeout as sleep } from 'node:timers/promises';
import { WEBHOOK_SECRET } from './message-log.js';
import { PLAIN, UPLOAD_KINDS, type UploadKind } from './upload-kinds.js';

/** One uploaded catalog, as its client knows it. */
export interface Catalog {
  /** Unique: identifies the request of an upload without a response. */
  filename: string;
  hook: string;
  kind: UploadKind;
  /** The image URLs of each row. */
  rows: string[][];
  /** The image URL that must not be fetched. */
  forbidden: string;
  /** Undefined when it is unknown whether the upload was accepted. */
  requestId?: string;
}

export interface UploadClientOptions {
  /** Prefix of its file names, paths and hooks. */
  name: string;
  /** Returns the URL of the app. */
  app: () => string;
  /** Origins of the images, in turn. */
  origins: string[];
  webhookUrl: (path: string) => string;
  /** Returns the n-th URL that must not be fetched. */
  forbiddenUrl: (n: number) => string;
}

export interface UploadOptions {
  /** The default is `PLAIN`. */
  kind?: UploadKind;
  /** Becomes part of every path. */
  mark?: string;
  /** Origins of the images. The default is all. */
  origins?: string[];
  /** Called with the catalog before it is sent. */
  before?: (catalog: Catalog) => void;
}

/** Columns of an uploaded catalog. */
export const HEADER = 'S. No.,Product Name,Input Image Urls';
const IMAGES_PER_ROW = 2;
const RESPONSE_TIMEOUT_MS = 20_000;

/** Uploads catalogs and records the responses. */
export class UploadClient {
  /** Answered with 202. */
  readonly accepted: Catalog[] = [];
  /** Without a response: the app may have accepted it. */
  readonly unanswered: Catalog[] = [];
  /** Answered with another status. */
  readonly rejected: { catalog: Catalog; status: number; body: string }[] = [];
  private made = 0;
  private images = 0;

  constructor(private readonly options: UploadClientOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** Uploads one catalog. Never rejects: the result is in the lists above. */
  async upload(images: number, options: UploadOptions = {}): Promise<Catalog> {
    const catalog = this.createCatalog(images, options);
    options.before?.(catalog);
    const lines = catalog.rows.map((urls, i) => `${i + 1},SKU ${i + 1},"${urls.join(',')}"`);
    const form = new FormData();
    form.append('webhook_url', this.options.webhookUrl(catalog.hook));
    form.append('webhook_secret', WEBHOOK_SECRET);
    for (const [name, value] of Object.entries(catalog.kind.fields)) form.append(name, value);
    const csv = [HEADER, ...lines, ''].join('\n');
    form.append('file', new Blob([csv], { type: 'text/csv' }), catalog.filename);
    try {
      const response = await fetch(`${this.options.app()}/upload`, {
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
      this.unanswered.push(catalog);
    }
    return catalog;
  }

  /** Uploads catalogs of each kind until `until` aborts. The work and the uploads overlap with every fault. */
  async keepUploading(
    images: number,
    intervalMs: number,
    until: AbortSignal,
    options: UploadOptions,
  ): Promise<void> {
    for (let n = 0; !until.aborted; n++) {
      await this.upload(images, { kind: UPLOAD_KINDS[n % UPLOAD_KINDS.length], ...options });
      await sleep(intervalMs, undefined, { signal: until }).catch(() => undefined);
    }
  }

  private createCatalog(
    images: number,
    { kind = PLAIN, mark = '', origins = this.options.origins }: UploadOptions,
  ): Catalog {
    const name = `${this.options.name}-${(this.made += 1)}`;
    const url = () => {
      const n = (this.images += 1);
      return `${origins[n % origins.length]}/${this.options.name}/${mark}${n}.jpg`;
    };
    const rows: string[][] = [];
    for (let left = images; left > 0; left -= IMAGES_PER_ROW) {
      rows.push(Array.from({ length: Math.min(left, IMAGES_PER_ROW) }, url));
    }
    const forbidden = this.options.forbiddenUrl(this.made);
    // The first image once more: it is downloaded once and counts twice.
    rows.push([rows[0][0]], [forbidden]);
    return { filename: `${name}.csv`, hook: `/${name}`, kind, rows, forbidden };
  }
}
