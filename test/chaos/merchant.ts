import { setTimeout as sleep } from 'node:timers/promises';
import { WEBHOOK_SECRET } from './message-log.js';

/** One uploaded catalog as the merchant remembers it. */
export interface Catalog {
  /** Unique: finds the request of an upload whose answer was lost. */
  filename: string;
  hook: string;
  /** The image URLs of each row. */
  rows: string[][];
  /** The one of them that must not be fetched. */
  forbidden: string;
  /** Undefined while it is not known whether the upload was taken. */
  requestId?: string;
}

export interface MerchantOptions {
  /** Prefix of its file names, paths and hooks. */
  name: string;
  app: () => string;
  /** Each with the n-th image, in turn. */
  origins: string[];
  hookUrl: (path: string) => string;
  /** The n-th URL that must not be fetched. */
  forbiddenUrl: (n: number) => string;
}

export interface UploadOptions {
  /** Becomes part of every path. */
  mark?: string;
  /** Shops that the images are at; all of them otherwise. */
  origins?: string[];
  /** Is told of the catalog before it is sent. */
  before?: (catalog: Catalog) => void;
}

const HEADER = 'S. No.,Product Name,Input Image Urls';
const IMAGES_A_ROW = 2;
const ANSWER_MS = 20_000;

/** Uploads catalogs as a client would, and remembers what it was told. */
export class UploadClient {
  /** Told 202. */
  readonly accepted: Catalog[] = [];
  /** No answer: the app may have taken it, or not. */
  readonly unknown: Catalog[] = [];
  /** Told something else, by status. */
  readonly refused: { catalog: Catalog; status: number; body: string }[] = [];
  private made = 0;
  private images = 0;

  constructor(private readonly options: MerchantOptions) {}

  get name(): string {
    return this.options.name;
  }

  async upload(images: number, options: UploadOptions = {}): Promise<Catalog> {
    const catalog = this.make(images, options);
    options.before?.(catalog);
    const lines = catalog.rows.map((urls, i) => `${i + 1},SKU ${i + 1},"${urls.join(',')}"`);
    const form = new FormData();
    form.append('webhook_url', this.options.hookUrl(catalog.hook));
    form.append('webhook_secret', WEBHOOK_SECRET);
    const csv = [HEADER, ...lines, ''].join('\n');
    form.append('file', new Blob([csv], { type: 'text/csv' }), catalog.filename);
    try {
      const response = await fetch(`${this.options.app()}/upload`, {
        method: 'POST',
        body: form,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const body = await response.text();
      if (response.status === 202) {
        catalog.requestId = (JSON.parse(body) as { request_id: string }).request_id;
        this.accepted.push(catalog);
      } else this.refused.push({ catalog, status: response.status, body });
    } catch {
      this.unknown.push(catalog);
    }
    return catalog;
  }

  /** Uploads again and again, so that there is work and that every fault meets uploads. */
  async keepUploading(
    images: number,
    everyMs: number,
    until: AbortSignal,
    options: UploadOptions,
  ): Promise<void> {
    while (!until.aborted) {
      await this.upload(images, options);
      await sleep(everyMs, undefined, { signal: until }).catch(() => undefined);
    }
  }

  private make(
    images: number,
    { mark = '', origins = this.options.origins }: UploadOptions,
  ): Catalog {
    const name = `${this.options.name}-${(this.made += 1)}`;
    const url = () => {
      const n = (this.images += 1);
      return `${origins[n % origins.length]}/${this.options.name}/${mark}${n}.jpg`;
    };
    const rows: string[][] = [];
    for (let left = images; left > 0; left -= IMAGES_A_ROW) {
      rows.push(Array.from({ length: Math.min(left, IMAGES_A_ROW) }, url));
    }
    const forbidden = this.options.forbiddenUrl(this.made);
    rows.push([forbidden]);
    return { filename: `${name}.csv`, hook: `/${name}`, rows, forbidden };
  }
}
