import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { UploadBody } from './api-client.js';
import type { TestApp } from './app.js';
import { Scenario } from './scenario.js';

export const HEADER = 'S. No.,Product Name,Input Image Urls';
/** Returns a URL on a port without a server, so the image is never downloaded. */
export const image = (name: string) => `http://127.0.0.1:9/${name}.jpg`;
export const ROW = `1,SKU1,${image('1')}`;

export const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/csv/${name}.csv`, import.meta.url));

/** Fields of a form, in the order in which they are sent. */
export type Part = [name: string, value: string] | [name: string, file: Blob, filename: string];

/** The app, and access to the rows that uploads store in its database. */
export class UploadBench {
  private sql!: Client;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(): UploadBench {
    const bench = new UploadBench(
      Scenario.forThisFile({ env: { MAX_UPLOAD_BYTES: '2000000', WEBHOOK_URL: '' } }),
    );
    beforeAll(() => bench.connect());
    afterAll(() => bench.sql?.end());
    return bench;
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  async rows<T extends object>(text: string, ...values: unknown[]): Promise<T[]> {
    return (await this.sql.query<T>(text, values)).rows;
  }

  /** Counts the rows of uploads in the database. */
  async stored(): Promise<object> {
    const [counts] = await this.rows(
      `SELECT (SELECT count(*) FROM processing_requests) AS requests,
              (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM images) AS images`,
    );
    return counts;
  }

  async postForm(parts: Part[]) {
    const form = new FormData();
    for (const [name, value, filename] of parts) {
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, value, filename);
    }
    const response = await fetch(`${this.app.url}/upload`, { method: 'POST', body: form });
    return { status: response.status, body: (await response.json()) as UploadBody };
  }

  private async connect(): Promise<void> {
    this.sql = new Client({ connectionString: this.scenario.database.url });
    await this.sql.connect();
  }
}
