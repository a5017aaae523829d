import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { RequestNotFoundError } from '../../http/id.pipe.js';
import { Env } from '../../config/env.js';
import { ProcessingRequest } from '../entities/processing-request.entity.js';
import { SnapshotReader } from '../snapshot-reader.js';
import { ExportRowsRepository } from './export-rows.js';

const { signal } = new AbortController();

describe('ExportRowsRepository', () => {
  let rows: TestRows;
  let exports: ExportRowsRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    const env = Object.assign(new Env(), { DATABASE_CONNECTIONS: 2, EXPORT_QUEUE_SECONDS: 0 });
    exports = new ExportRowsRepository(new SnapshotReader(rows.dataSource, env));
  });
  afterAll(() => rows.close());

  it('refuses an export whose request was removed after it was found, and frees its slot', async () => {
    const { id } = await rows.request(3);
    const request = await rows.find(id);
    await rows.dataSource.getRepository(ProcessingRequest).delete({ id });
    for (const begin of [
      () => exports.output(request, '', false, signal),
      () => exports.failures(request, signal),
    ]) {
      await expect(begin()).rejects.toThrow(RequestNotFoundError);
    }
  });

  it('counts a row with two failed images once', async () => {
    const { id } = await rows.request(3);
    await rows.dataSource.query(
      `INSERT INTO images (request_id, row_number, position, input_url) VALUES ($1, 2, 2, 'http://a')`,
      [id],
    );
    await rows.dataSource.query(
      `UPDATE images SET status = 'failed', error_code = 'http_404' WHERE request_id = $1 AND row_number > 1`,
      [id],
    );
    const { count, close } = await exports.failures(await rows.find(id), signal);
    await close();
    expect(count).toBe(2);
  });
});
