import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Env } from '../../src/platform/config/env.js';
import { dataSourceOptions } from '../../src/platform/database/data-source.js';
import { OutcomesRepository } from '../../src/platform/database/repositories/outcomes.js';

/**
 * Creates requests that have just failed, with the SQL statement that workers use. This way, webhook tests need
 * neither a CSV file nor an image.
 */
export class FailedRequestFactory {
  private constructor(readonly dataSource: DataSource) {}

  static async connect(databaseUrl: string): Promise<FailedRequestFactory> {
    return new FailedRequestFactory(
      await new DataSource(dataSourceOptions(databaseUrl)).initialize(),
    );
  }

  /** Creates a failed request with one image and one delivery. @returns the ID of the request */
  async createFailedRequest(webhookUrl: string, secret: string): Promise<string> {
    const [id, lease] = [uuidv7(), randomUUID()];
    await this.dataSource.query(
      `INSERT INTO processing_requests (id, status, filename, header, columns, url_column, dialect,
         options, base_url, webhook_url, webhook_secret, products, images_total)
       VALUES ($1, 'processing', 'a.csv', '{}', '{}', 0, '{}', '{}', 'http://press.example', $2, $3, 1, 1)`,
      [id, webhookUrl, secret],
    );
    const [image] = await this.dataSource.query<[{ id: string }]>(
      `INSERT INTO images (request_id, row_number, position, input_url, status, lease, lease_until)
       VALUES ($1, 1, 1, 'http://shop.example/a.jpg', 'processing', $2, now() + interval '1 h')
       RETURNING id`,
      [id, lease],
    );
    const result = { status: 'failed', errorCode: 'http_404', errorMessage: 'gone' } as const;
    const { finishedRequests } = await new OutcomesRepository(
      this.dataSource,
      new Env(),
    ).recordOutcomes([{ imageId: image.id, lease, result }]);
    if (finishedRequests.length !== 1) throw new Error('The request did not end');
    return id;
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }
}
