import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { DueRequest } from '../../src/platform/database/entities/due-request.entity.js';
import { Image } from '../../src/platform/database/entities/image.entity.js';
import { ProcessingRequest } from '../../src/platform/database/entities/processing-request.entity.js';
import { ArtifactsRepository } from '../../src/platform/database/repositories/artifacts.js';
import type { ReservedArtifact } from '../../src/platform/database/statements/reserve-artifacts.js';
import { createDatabase, type TestDatabase } from './database.js';

/** Inserts and reads rows in the database of one test file. */
export class TestRows {
  private constructor(
    readonly dataSource: DataSource,
    private readonly database: TestDatabase,
  ) {}

  static async open(): Promise<TestRows> {
    const database = await createDatabase();
    const dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    return new TestRows(dataSource, database);
  }

  /** Opens the database of the app under test. Close it with `disconnect()`, which does not drop the database. */
  static async openExisting(database: TestDatabase): Promise<TestRows> {
    const dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    return new TestRows(dataSource, database);
  }

  async disconnect(): Promise<void> {
    await this.dataSource.destroy();
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.database.drop();
  }

  /** Inserts a request as an upload does, with one product per image. Returns the IDs of the request and its images. */
  async insertRequest(imageCount: number, overrides: Partial<ProcessingRequest> = {}) {
    const id = uuidv7();
    await this.dataSource.getRepository(ProcessingRequest).insert({
      id,
      filename: 'products.csv',
      header: ['S. No.', 'Product Name', 'Input Image Urls'],
      columns: {
        serial_number: 'S. No.',
        product_name: 'Product Name',
        input_image_urls: 'Input Image Urls',
      },
      urlColumn: 2,
      dialect: { delimiter: ',', newline: '\n', encoding: 'utf-8', bom: false },
      options: { quality: 50, format: 'original' },
      baseUrl: 'http://localhost:3000',
      webhookUrl: 'http://localhost:3000/webhook',
      webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      products: imageCount,
      imagesTotal: imageCount,
      ...overrides,
    });
    await this.dataSource
      .getRepository(DueRequest)
      .insert({ requestId: id, owner: overrides.owner });
    const rows: { id: string }[] = await this.dataSource.query(
      `INSERT INTO images (request_id, row_number, position, input_url)
       SELECT $1, n, 1, 'http://localhost/' || n || '.jpg' FROM generate_series(1, $2::int) n
       RETURNING id`,
      [id, imageCount],
    );
    return { id, images: rows.map((row) => row.id) };
  }

  /** Inserts an artifact, as a worker does before it stores the file. */
  async insertArtifact(key: string, content: Partial<ReservedArtifact> = {}): Promise<void> {
    const sha256 = 'c'.repeat(64);
    const size = { width: 800, height: 600, bytes: 400 };
    await new ArtifactsRepository(this.dataSource).reserveArtifacts([
      { key, format: 'jpeg', ...size, keptOriginal: false, sha256, ...content },
    ]);
  }

  findRequest(id: string): Promise<ProcessingRequest> {
    return this.dataSource.getRepository(ProcessingRequest).findOneByOrFail({ id });
  }

  findImage(id: string): Promise<Image> {
    return this.dataSource.getRepository(Image).findOneByOrFail({ id });
  }

  findDeliveries(requestId: string): Promise<{ event_type: string; payload: string }[]> {
    return this.dataSource.query('SELECT * FROM webhook_deliveries WHERE request_id = $1', [
      requestId,
    ]);
  }
}
