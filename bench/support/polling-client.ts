import { setTimeout as sleep } from 'node:timers/promises';
import { WEBHOOK_SECRET } from '../../test/chaos/message-log.js';
import type { RequestStatus } from './app.js';

const CALL_TIMEOUT_MS = 30_000;
const POLL_PAUSE_MS = 150;
const IMAGES_PER_UPLOAD = 5;
/** Number of latest requests to poll, in addition to the first one. */
const POLLED_REQUEST_COUNT = 3;

export interface PollingClientOptions {
  /** Address of the API. */
  url: string;
  webhookUrl: string;
  /** Returns the URL of the n-th image. */
  imageUrl: (n: number) => string;
}

/** A client that uploads catalogs and polls their status. Records failed calls and does not repeat them. */
export class PollingClient {
  callCount = 0;
  /** Time, call and reason of each failed call. */
  readonly failures: string[] = [];
  /** Number of uploaded images by request. */
  readonly imageCountsById = new Map<string, number>();
  private imageCount = 0;
  private isStopped = false;

  constructor(private readonly options: PollingClientOptions) {}

  /** Number of images of all requests that are not deleted. */
  get uploadedImageCount(): number {
    return [...this.imageCountsById.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Uploads a catalog. @returns the request ID, or undefined if the call failed */
  async upload(imageCount: number): Promise<string | undefined> {
    const firstIndex = this.imageCount;
    this.imageCount += imageCount;
    const rows = Array.from(
      { length: imageCount },
      (_, i) => `SKU${firstIndex + i},${this.options.imageUrl(firstIndex + i)}\n`,
    );
    const form = new FormData();
    form.append('webhook_url', this.options.webhookUrl);
    form.append('webhook_secret', WEBHOOK_SECRET);
    form.append('file', new Blob(['sku,image\n', ...rows], { type: 'text/csv' }), 'bench.csv');
    const response = await this.call('/upload', { method: 'POST', body: form });
    const { request_id: id } = JSON.parse(response ?? '{}') as { request_id?: string };
    if (id !== undefined) this.imageCountsById.set(id, imageCount);
    return id;
  }

  /** Returns undefined if the call failed. */
  async getStatus(id: string): Promise<RequestStatus | undefined> {
    const response = await this.call(`/status/${id}?limit=0`);
    return response === undefined ? undefined : (JSON.parse(response) as RequestStatus);
  }

  /** Returns the rows of the output file without the header, or undefined if the call failed. */
  async downloadRows(id: string): Promise<string[] | undefined> {
    const response = await this.call(`/download/${id}`);
    return response?.trimEnd().split(/\r?\n/).slice(1);
  }

  /** Deletes an ended request with its images. */
  async deleteRequest(id: string): Promise<void> {
    await this.call(`/requests/${id}`, { method: 'DELETE' });
    this.imageCountsById.delete(id);
  }

  /** Uploads small catalogs and polls the status of requests, one call after the other, until `stop()`. */
  async uploadAndPoll(): Promise<void> {
    while (!this.isStopped) {
      await this.upload(IMAGES_PER_UPLOAD);
      const ids = [...this.imageCountsById.keys()];
      for (const id of new Set([...ids.slice(0, 1), ...ids.slice(-POLLED_REQUEST_COUNT)]))
        await this.getStatus(id);
      await sleep(POLL_PAUSE_MS);
    }
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Waits until a share (0 to 1) of the images of a request has ended. */
  async waitForShare(id: string, share: number): Promise<void> {
    for (;;) {
      const progress = (await this.getStatus(id))?.progress;
      const endedCount = progress && progress.completed + progress.failed + progress.cancelled;
      if (progress && endedCount! >= share * progress.total) return;
      await sleep(POLL_PAUSE_MS);
    }
  }

  private async call(path: string, options: RequestInit = {}): Promise<string | undefined> {
    this.callCount += 1;
    const fail = (reason: string) => {
      const method = options.method ?? 'GET';
      this.failures.push(`${new Date().toISOString()} ${method} ${path}: ${reason}`);
      return undefined;
    };
    try {
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
      const response = await fetch(this.options.url + path, { ...options, signal });
      const text = await response.text();
      return response.ok ? text : fail(`${response.status} ${text.slice(0, 200)}`);
    } catch (error) {
      return fail(String((error as Error).cause ?? error));
    }
  }
}
