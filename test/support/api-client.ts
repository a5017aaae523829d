import { eventually } from './eventually.js';

/** The fields of `GET /status/:id` that the tests of all features read (docs/reference/api.md). */
export interface StatusBody {
  request_id: string;
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  progress: Record<string, number | null> & {
    total: number;
    completed: number;
    failed: number;
    cancelled: number;
  };
  output_csv: string | null;
  errors_csv: string | null;
  products: { row: number; serial_number: string; product_name: string; images: StatusImage[] }[];
  next_cursor: string | null;
}

export interface StatusImage {
  position: number;
  input_url: string;
  column: string;
  output_url: string | null;
  status: string;
  bytes_in: number | null;
  bytes_out: number | null;
  format: string | null;
  width: number | null;
  height: number | null;
  kept_original: boolean;
  error: { code: string; message: string } | null;
}

/** Answer of `POST /upload`, or a problem document. */
export interface UploadBody {
  request_id: string;
  status: string;
  products: number;
  images: number;
  [member: string]: unknown;
}

export interface UploadOptions {
  filename?: string;
  headers?: Record<string, string>;
  /** Media type of the file's part. */
  type?: string;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A REST client as a user would write one: fetch and FormData, nothing of the app's own code. */
export class ApiClient {
  constructor(
    private readonly base: string,
    private readonly key?: string,
  ) {}

  /** The same server, called with an API key. */
  as(key: string): ApiClient {
    return new ApiClient(this.base, key);
  }

  /** Any call; `path` begins with a slash. */
  call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.key) headers.set('X-API-Key', this.key);
    return fetch(this.base + path, { ...init, headers });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.call(path, { headers });
  }

  async getJson<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    const response = await this.get(path);
    return answerOf<T>(response);
  }

  async text(path: string): Promise<string> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    // `text()` would remove a byte order mark.
    return Buffer.from(await response.arrayBuffer()).toString('utf8');
  }

  /** `POST /upload` of one file and further form fields. */
  async upload(
    csv: string | Buffer,
    fields: Record<string, string> = {},
    { filename = 'products.csv', headers = {}, type = 'text/csv' }: UploadOptions = {},
  ): Promise<Answer<UploadBody>> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append(
      'file',
      new Blob([typeof csv === 'string' ? csv : new Uint8Array(csv)], { type }),
      filename,
    );
    const response = await this.call('/upload', { method: 'POST', body: form, headers });
    return answerOf<UploadBody>(response);
  }

  /** Uploads a file that must be accepted. Returns the `request_id`. */
  async accepted(csv: string | Buffer, fields: Record<string, string> = {}): Promise<string> {
    const { status, body } = await this.upload(csv, fields);
    if (status !== 202) throw new Error(`POST /upload: ${status} ${JSON.stringify(body)}`);
    return body.request_id;
  }

  async status(id: string, query = ''): Promise<StatusBody> {
    const { status, body } = await this.getJson<StatusBody>(`/status/${id}${query}`);
    if (status !== 200) throw new Error(`GET /status/${id}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Waits for the request's end and returns its status with up to 1,000 products. */
  async untilFinal(id: string, timeoutMs = 30_000): Promise<StatusBody> {
    let last: StatusBody | undefined;
    await eventually(
      async () => {
        last = await this.status(id, '?limit=0');
        return ['completed', 'failed', 'cancelled'].includes(last.status);
      },
      { timeoutMs, what: `request ${id} to end` },
    ).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}\n${JSON.stringify(last)}`, { cause: error });
    });
    return this.status(id, '?limit=1000');
  }
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  if (!isJson)
    throw new Error(`${response.url}: ${response.status}, not JSON: ${text.slice(0, 500)}`);
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as T };
}
