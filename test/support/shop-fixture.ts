import sharp from 'sharp';
import type { TestApp } from './app.js';
import type { TestDatabase } from './database.js';
import { serveFile } from './origin-behaviors.js';
import type { OriginServer } from './origin-server.js';
import { Scenario } from './scenario.js';

/** Runs the app and the origin of a shop. */
export class ShopFixture {
  private imageCount = 0;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(): ShopFixture {
    return new ShopFixture(Scenario.forThisFile({ origin: true, env: { IMAGE_ATTEMPTS: '1' } }));
  }

  get app(): TestApp {
    return this.scenario.app;
  }

  get origin(): OriginServer {
    return this.scenario.origin;
  }

  get database(): TestDatabase {
    return this.scenario.database;
  }

  /** Adds an image to the origin. @returns the URL of the image */
  async addImage(path: string): Promise<string> {
    // Each image has a different width, so every output is different.
    const width = 40 + this.imageCount++;
    const jpeg = await sharp({ create: { width, height: 48, channels: 3, background: '#c84' } })
      .jpeg({ quality: 95 })
      .toBuffer();
    this.origin.on(path, serveFile(jpeg));
    return this.origin.url(path);
  }

  /** Uploads a file and waits until the request has ended. @returns the ID of the request */
  async uploadAndWait(
    content: string | Buffer,
    fields: Record<string, string> = {},
    filename = 'products.csv',
  ): Promise<string> {
    const { status, body } = await this.app.api.upload(content, fields, { filename });
    if (status !== 202) throw new Error(`POST /upload: ${status} ${JSON.stringify(body)}`);
    await this.app.api.waitUntilFinal(body.request_id);
    return body.request_id;
  }

  /** Returns the output URLs of the completed images by input URL. */
  async findOutputUrls(id: string): Promise<Map<string, string>> {
    const { products } = await this.app.api.getStatus(id, '?limit=1000');
    const images = products.flatMap((product) => product.images);
    return new Map(
      images.flatMap(({ input_url, output_url }) => (output_url ? [[input_url, output_url]] : [])),
    );
  }

  async getBytes(path: string): Promise<Buffer> {
    const response = await this.app.api.get(path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Posts JSON or a form. */
  async post(path: string, body?: unknown) {
    const isForm = body instanceof FormData;
    const response = await this.app.api.call(path, {
      method: 'POST',
      body: isForm ? body : body === undefined ? undefined : JSON.stringify(body),
      headers: isForm || body === undefined ? {} : { 'Content-Type': 'application/json' },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** Kills the app and restarts it with the same data. */
  async crashAndRestart(): Promise<void> {
    await this.app.kill();
    await this.scenario.restart();
  }
}

/** Returns a form with one file as a browser sends it. */
export function createForm(content: string | Buffer, filename: string): FormData {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(Buffer.from(content))]), filename);
  return form;
}
