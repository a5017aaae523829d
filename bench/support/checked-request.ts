import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  readArtifactBytes,
  readAdditionalCounters,
  readStoredImages,
} from '../../test/chaos/stored-images.js';
import { type StoredRequest, findWrongCounters } from '../../test/chaos/stored-requests.js';
import {
  countOutputs,
  describeWrongFiles,
  describeWrongOutputCounters,
} from '../../test/chaos/wrong-outputs.js';
import { readZip } from '../../test/support/zip.js';
import type { App } from './app.js';
import { type CheckedOutputs, ProductFileCheck } from './product-file-check.js';
import type { Servers } from './servers.js';

const IMAGE_COLUMNS = ['Image Src', 'Variant Image'];
const POLL_INTERVAL_MS = 200;

interface ExpectedResult {
  status: 'completed' | 'cancelled';
  failedCount: number;
}

/** A request created from a Shopify product file. Checks everything that the user receives. */
export class CheckedRequest {
  constructor(
    private readonly app: App,
    private readonly servers: Servers,
    readonly id: string,
    private readonly csv: string,
    private readonly outputs: CheckedOutputs,
  ) {}

  /** Waits until the request has ended and a cancellation has reached all its images. */
  async waitUntilEnded(): Promise<void> {
    for (;;) {
      const [{ isUnfinished }] = await this.sql<{ isUnfinished: boolean }>(
        `SELECT completed_at IS NULL OR EXISTS (SELECT 1 FROM request_sweeps WHERE request_id = $1) AS "isUnfinished"
         FROM processing_requests WHERE id = $1`,
      );
      if (!isUnfinished) return;
      await sleep(POLL_INTERVAL_MS);
    }
  }

  /** Calls an endpoint for this request. */
  async callRequest(method: 'POST' | 'DELETE', action = ''): Promise<void> {
    const response = await fetch(`${this.app.url}/requests/${this.id}${action}`, { method });
    if (!response.ok) throw new Error(`${method} ${action}: ${response.status}`);
  }

  /**
   * Compares counters, stored files, both product files, the ZIP and the report with the images.
   * @throws Error that lists the first problems
   */
  async checkResults(step: string, { status, failedCount }: ExpectedResult): Promise<void> {
    const { id, outputs } = this;
    const db = { sql: this.sql };
    const images = await readStoredImages(db, id);
    const [request] = await this.sql<StoredRequest & { status: string }>(
      'SELECT * FROM processing_requests WHERE id = $1',
    );
    const kind = { columns: outputs.names, checkColumn: outputs.checkColumn };
    const counts = countOutputs(kind, images);
    const completedCount = images.filter((image) => image.status === 'completed').length;
    const file = new ProductFileCheck(
      readFileSync(this.csv, 'utf8'),
      IMAGE_COLUMNS,
      images,
      outputs,
    );
    const { report, body } = {
      report: await this.getJson<{ completed: number; audit: { passed: number } | null }>(
        `/requests/${id}/report`,
      ),
      body: await this.getJson<{ outputs: { bytes_out: number }[] }>(`/status/${id}?limit=0`),
    };
    const reportedBytes = body.outputs.map(({ bytes_out }) => bytes_out);
    const problems = [
      ...(request.status === status ? [] : [`status ${request.status}`]),
      ...(request.images_failed === failedCount ? [] : [`${request.images_failed} failed`]),
      ...(await findWrongCounters(db, request, images.length)),
      ...describeWrongOutputCounters(counts, await readAdditionalCounters(db, id)),
      ...(reportedBytes.join() === counts.bytes.join()
        ? []
        : [`bytes of outputs ${reportedBytes.join()}`]),
      ...describeWrongFiles(images, await readArtifactBytes({ dataDir: this.app.dataDir })),
      ...file.checkAppendedFile(await this.getText(`/download/${id}`)),
      ...file.checkReplacedFile(await this.getText(`/download/${id}?output=replace`)),
      ...(await this.findZipProblems(completedCount * outputs.names.length, counts.bytes)),
      ...(report.completed === completedCount ? [] : [`report: ${report.completed} completed`]),
      ...(report.audit?.passed === (outputs.checkColumn ? (counts.audits.pass ?? 0) : undefined)
        ? []
        : [`report: ${report.audit?.passed} passed`]),
    ];
    if (problems.length > 0) {
      throw new Error(`${step}: ${problems.length} problems: ${problems.slice(0, 5).join('; ')}`);
    }
  }

  /** Removes the request, and waits until its rows are deleted. */
  async removeRequest(): Promise<void> {
    await this.callRequest('DELETE');
    const rows = ['images', 'products', 'image_outputs', 'request_outputs', 'request_audits'].map(
      (table) => `SELECT 1 FROM ${table} WHERE request_id = $1`,
    );
    while ((await this.sql(rows.join(' UNION ALL '))).length > 0) await sleep(POLL_INTERVAL_MS);
  }

  private async findZipProblems(
    fileCount: number,
    bytesByOutput: readonly number[],
  ): Promise<string[]> {
    const response = await fetch(`${this.app.url}/download/${this.id}/images.zip`);
    const declaredCount = Number(response.headers.get('pressroom-files'));
    const entries = readZip(Buffer.from(await response.arrayBuffer()));
    const size = entries.reduce((sum, { content }) => sum + content.length, 0);
    const names = new Set(entries.map(({ name }) => name));
    const expectedSize = bytesByOutput.reduce((sum, outputBytes) => sum + outputBytes, 0);
    const areCountsCorrect = [entries.length, declaredCount, names.size].every(
      (count) => count === fileCount,
    );
    return areCountsCorrect && size === expectedSize
      ? []
      : [`ZIP: ${entries.length} files, ${size} bytes`];
  }

  private async getText(path: string): Promise<string> {
    const response = await fetch(`${this.app.url}${path}`);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return response.text();
  }

  private async getJson<T>(path: string): Promise<T> {
    return JSON.parse(await this.getText(path)) as T;
  }

  private readonly sql = <T extends object>(text: string): Promise<T[]> =>
    this.servers.withDatabase(async (db) => (await db.query<T>(text, [this.id])).rows);
}
