import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../../test/support/rows.js';
import { RequestGoneError } from '../../errors/request-gone.error.js';
import { Env } from '../../config/env.js';
import { ProcessingRequest } from '../entities/processing-request.entity.js';
import { FairSemaphores } from '../../concurrency/fair-semaphores.js';
import { ReadConnections } from '../read-connections.js';
import { SnapshotReader } from '../snapshot-reader.js';
import { ExportRowsRepository } from './export-rows.js';

const { signal } = new AbortController();
const OUTPUT_QUERY = {
  imageColumns: [2],
  imagesUrl: '',
  withReferences: true,
  withDetails: false,
  outputs: 'first' as const,
};

describe('ExportRowsRepository', () => {
  let rows: TestRows;
  let exports: ExportRowsRepository;

  beforeAll(async () => {
    rows = await TestRows.open();
    const env = Object.assign(new Env(), { DATABASE_CONNECTIONS: 2, EXPORT_QUEUE_SECONDS: 0 });
    exports = new ExportRowsRepository(
      new SnapshotReader(new ReadConnections(rows.dataSource, env), env, new FairSemaphores(env)),
    );
  });
  afterAll(() => rows.close());

  it('ExportRowsRepository rejects the export of a removed request and releases the slot', async () => {
    const { id } = await rows.insertRequest(3);
    const request = await rows.findRequest(id);
    await rows.dataSource.getRepository(ProcessingRequest).delete({ id });
    for (const startExport of [
      () => exports.readOutput(request, OUTPUT_QUERY, signal),
      () => exports.readFailures(request, signal),
    ]) {
      await expect(startExport()).rejects.toThrow(RequestGoneError);
    }
  });

  it('ExportRowsRepository returns references only for cells that are not comma-separated lists', async () => {
    const { id } = await rows.insertRequest(3);
    const cells = [
      'http://localhost/1.jpg',
      'http://localhost/2.jpg;mug.jpg',
      '["http://localhost/3.jpg"]',
    ];
    for (const [index, cell] of cells.entries()) {
      await rows.dataSource.query(
        `INSERT INTO products VALUES ($1, $2::int, $2::int, $2::int, ARRAY['1', '1', $3])`,
        [id, index + 1, cell],
      );
    }
    await rows.dataSource.query(
      `INSERT INTO images (request_id, row_number, position, input_url, cell_reference)
       VALUES ($1, 2, 2, 'http://a/new.jpg', E'mug\\x1e\\x1b.jpg')`,
      [id],
    );
    const { blocks, close } = await exports.readOutput(
      await rows.findRequest(id),
      OUTPUT_QUERY,
      signal,
    );
    const { value } = await blocks.next();
    await close();
    expect((value as { references: unknown }[]).map(({ references }) => references)).toEqual([
      null,
      ['http://localhost/2.jpg', 'mug\u001e\u001b.jpg'],
      ['http://localhost/3.jpg'],
    ]);
  });

  it('ExportRowsRepository counts a row with two failed images once', async () => {
    const { id } = await rows.insertRequest(3);
    await rows.dataSource.query(
      `INSERT INTO images (request_id, row_number, position, input_url) VALUES ($1, 2, 2, 'http://a')`,
      [id],
    );
    await rows.dataSource.query(
      `UPDATE images SET status = 'failed', error_code = 'http_404' WHERE request_id = $1 AND row_number > 1`,
      [id],
    );
    const { count, close } = await exports.readFailures(await rows.findRequest(id), signal);
    await close();
    expect(count).toBe(2);
  });
});
