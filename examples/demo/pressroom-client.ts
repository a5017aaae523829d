import { isCompleteCsv } from './complete-csv.js';
import { DemoError } from './demo-error.js';

/** Response fields that the demo reads. /docs describes all fields. */
export interface AcceptedUpload {
  request_id: string;
  products: number;
  images: number;
}

export interface Status {
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  progress: {
    total: number;
    completed: number;
    failed: number;
    bytes_in: number;
    bytes_out: number;
    saved_percent: number;
  };
  output_csv: string | null;
  products: StatusProduct[];
}

export interface StatusProduct {
  product_name: string;
  images: StatusImage[];
}

export interface StatusImage {
  input_url: string;
  output_url: string | null;
  bytes_in: number | null;
  bytes_out: number | null;
  kept_original: boolean;
  error: { code: string; message: string } | null;
}

/** A typical API client: upload, status, download. */
export class PressroomClient {
  constructor(private readonly baseUrl: string) {}

  async uploadCsv(csv: string, fields: Record<string, string>): Promise<AcceptedUpload> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([csv], { type: 'text/csv' }), 'products.csv');
    const response = await this.call('/upload', { method: 'POST', body: form });
    return (await response.json()) as AcceptedUpload;
  }

  /** @param limit number of products in the response; 0 for only the counters */
  async getStatus(requestId: string, limit: number): Promise<Status> {
    return (await (await this.call(`/status/${requestId}?limit=${limit}`)).json()) as Status;
  }

  /**
   * Downloads an output CSV or errors CSV.
   * @param url absolute URL, as the API returns it
   * @throws DemoError if the file is incomplete
   */
  async downloadCsv(url: string): Promise<string> {
    const response = await this.call(url);
    const rowCount = Number(response.headers.get('pressroom-rows') ?? NaN);
    const csv = await response.text();
    if (isCompleteCsv(csv, rowCount)) return csv;
    throw new DemoError(
      `${url} is incomplete: it has fewer than ${rowCount} rows. Download it again.`,
    );
  }

  /**
   * Downloads an image. `fetch` fails if fewer bytes arrive than `Content-Length` announces.
   * @param url absolute URL, as the API returns it
   */
  async downloadImage(url: string): Promise<Buffer> {
    return Buffer.from(await (await this.call(url)).arrayBuffer());
  }

  private async call(path: string, init?: RequestInit): Promise<Response> {
    const url = new URL(path, this.baseUrl);
    const response = await fetch(url, init);
    if (response.ok) return response;
    throw new DemoError(`${url.href} returned ${response.status}: ${await response.text()}`);
  }
}
