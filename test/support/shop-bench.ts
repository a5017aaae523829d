import sharp from 'sharp';
import type { TestApp } from './app.js';
import type { TestDatabase } from './database.js';
import { file } from './origin-behaviors.js';
import type { OriginServer } from './origin-server.js';
import { Scenario } from './scenario.js';

/** The app, and a shop whose images it downloads. */
export class ShopBench {
  private images = 0;

  private constructor(private readonly scenario: Scenario) {}

  /** Call it once, at the top of a test file. */
  static forThisFile(): ShopBench {
    return new ShopBench(Scenario.forThisFile({ origin: true, env: { IMAGE_ATTEMPTS: '1' } }));
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

  /** Puts an image on the shop's server. @returns its URL */
  async image(path: string): Promise<string> {
    // Each image has another width, so no two have the same output.
    const width = 40 + this.images++;
    const jpeg = await sharp({ create: { width, height: 48, channels: 3, background: '#c84' } })
      .jpeg({ quality: 95 })
      .toBuffer();
    this.origin.on(path, file(jpeg));
    return this.origin.url(path);
  }

  /** Uploads a file and waits for its end. @returns the id of the request */
  async run(
    content: string | Buffer,
    fields: Record<string, string> = {},
    filename = 'products.csv',
  ): Promise<string> {
    const { status, body } = await this.app.api.upload(content, fields, { filename });
    if (status !== 202) throw new Error(`POST /upload: ${status} ${JSON.stringify(body)}`);
    await this.app.api.untilFinal(body.request_id);
    return body.request_id;
  }

  /** Output URLs by input URLs, of the completed images. */
  async outputUrls(id: string): Promise<Map<string, string>> {
    const { products } = await this.app.api.status(id, '?limit=1000');
    const images = products.flatMap((product) => product.images);
    return new Map(
      images.flatMap(({ input_url, output_url }) => (output_url ? [[input_url, output_url]] : [])),
    );
  }

  async bytes(path: string): Promise<Buffer> {
    const response = await this.app.api.get(path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Posts JSON, or a form with a file. */
  async post(path: string, body?: unknown) {
    const isForm = body instanceof FormData;
    const response = await this.app.api.call(path, {
      method: 'POST',
      body: isForm ? body : body === undefined ? undefined : JSON.stringify(body),
      headers: isForm || body === undefined ? {} : { 'Content-Type': 'application/json' },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** Ends the app as a crash would, and starts it again on the same data. */
  async crash(): Promise<void> {
    await this.app.kill();
    await this.scenario.startAgain();
  }
}

/** A form with one file, as a browser sends it. */
export function formWith(content: string | Buffer, filename: string): FormData {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(Buffer.from(content))]), filename);
  return form;
}
