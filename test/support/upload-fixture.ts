import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { UploadBody } from './api-client.js';
import type { TestApp } from './app.js';
import { Scenario } from './scenario.js';

export const HEADER = 'S. No.,Product Name,Input Image Urls';
/** Returns an image URL on a port without a server, so the app cannot download the image. */
export const imageUrl = (name: string) => `http://127.0.0.1:9/${name}.jpg`;
export const ROW = `1,SKU1,${imageUrl('1')}`;

export const readCsvFixture = (name: string) =>
  readFileSync(new URL(`../fixtures/csv/${name}.csv`, import.meta.url));

/** A field or a file of a form. */
export type FormPart = [name: string, value: string] | [name: string, file: Blob, filename: string];

/** Runs the app, and reads the rows that uploads store in its database. */
export class UploadFixture {
  private sql!: Client;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(): UploadFixture {
    const fixture = new UploadFixture(
      Scenario.forThisFile({ env: { MAX_UPLOAD_BYTES: '2000000', WEBHOOK_URL: '' } }),
    );
    beforeAll(() => fixture.connect());
    afterAll(() => fixture.sql?.end());
    return fixture;
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  async queryRows<T extends object>(text: string, ...values: unknown[]): Promise<T[]> {
    return (await this.sql.query<T>(text, values)).rows;
  }

  /** Counts the rows that uploads have stored. */
  async countStoredRows(): Promise<object> {
    const [counts] = await this.queryRows(
      `SELECT (SELECT count(*) FROM processing_requests) AS requests,
              (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM images) AS images`,
    );
    return counts;
  }

  async postForm(parts: FormPart[]) {
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
