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

/** Response to `POST /upload`, or a problem document. */
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
  /** Media type of the file part. */
  type?: string;
}

export interface ApiResponse<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A REST client like one that a user would write. It uses fetch and FormData, and shares no code with the app. */
export class ApiClient {
  constructor(
    private readonly baseUrl: string,
    private readonly apiKey?: string,
  ) {}

  /** Returns a client for the same server that sends this API key. */
  withKey(key: string): ApiClient {
    return new ApiClient(this.baseUrl, key);
  }

  /** Sends a call with the API key. `path` starts with a slash. */
  call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.apiKey) headers.set('X-API-Key', this.apiKey);
    return fetch(this.baseUrl + path, { ...init, headers });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.call(path, { headers });
  }

  async getJson<T = Record<string, unknown>>(path: string): Promise<ApiResponse<T>> {
    const response = await this.get(path);
    return toApiResponse<T>(response);
  }

  async getText(path: string): Promise<string> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    // `text()` would remove a byte order mark.
    return Buffer.from(await response.arrayBuffer()).toString('utf8');
  }

  /** Uploads one file with additional form fields (`POST /upload`). */
  async upload(
    csv: string | Buffer,
    fields: Record<string, string> = {},
    { filename = 'products.csv', headers = {}, type = 'text/csv' }: UploadOptions = {},
  ): Promise<ApiResponse<UploadBody>> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append(
      'file',
      new Blob([typeof csv === 'string' ? csv : new Uint8Array(csv)], { type }),
      filename,
    );
    const response = await this.call('/upload', { method: 'POST', body: form, headers });
    return toApiResponse<UploadBody>(response);
  }

  /** Uploads a file, and throws unless it is accepted. Returns the `request_id`. */
  async uploadAccepted(csv: string | Buffer, fields: Record<string, string> = {}): Promise<string> {
    const { status, body } = await this.upload(csv, fields);
    if (status !== 202) throw new Error(`POST /upload: ${status} ${JSON.stringify(body)}`);
    return body.request_id;
  }

  async getStatus(id: string, query = ''): Promise<StatusBody> {
    const { status, body } = await this.getJson<StatusBody>(`/status/${id}${query}`);
    if (status !== 200) throw new Error(`GET /status/${id}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Waits until the request has ended, and returns its status with up to 1,000 products. */
  async waitUntilFinal(id: string, timeoutMs = 30_000): Promise<StatusBody> {
    let lastStatus: StatusBody | undefined;
    await eventually(
      async () => {
        lastStatus = await this.getStatus(id, '?limit=0');
        return ['completed', 'failed', 'cancelled'].includes(lastStatus.status);
      },
      { timeoutMs, description: `request ${id} to end` },
    ).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}\n${JSON.stringify(lastStatus)}`, {
        cause: error,
      });
    });
    return this.getStatus(id, '?limit=1000');
  }
}

async function toApiResponse<T>(response: Response): Promise<ApiResponse<T>> {
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  if (!isJson)
    throw new Error(`${response.url}: ${response.status}, not JSON: ${text.slice(0, 500)}`);
  return { status: response.status, headers: response.headers, body: JSON.parse(text) as T };
}
