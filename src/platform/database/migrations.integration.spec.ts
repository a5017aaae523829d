import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataSource, type QueryRunner } from 'typeorm';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';
import { readStoredCatalog } from './stored-catalog.js';
import { dataSourceOptions } from './data-source.js';
import { Image } from './entities/image.entity.js';
import { ProcessingRequest } from './entities/processing-request.entity.js';
import { migrate } from './migrate.js';

describe('Migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const hasTable = async (name: string) => {
    const [table] = await dataSource.query<[{ oid: string | null }]>(
      'SELECT to_regclass($1) AS oid',
      [name],
    );
    return table.oid !== null;
  };

  it('Migrations create the schema of the entities, even if two processes start at the same time', async () => {
    await Promise.all([migrate(dataSource), migrate(dataSource)]);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('Migrations can be reverted and applied again', async () => {
    await migrate(dataSource);
    for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
    const tables: unknown[] = await dataSource.query(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('migrations', 'schema_migrations')`,
    );
    expect(tables).toEqual([]);
    await migrate(dataSource);
  });

  it('The migration AnswersWithoutSecrets removes webhook secrets from the responses that are stored for an Idempotency-Key', async () => {
    await migrate(dataSource);
    const migration = dataSource.migrations.find(({ name }) =>
      /AnswersWithoutSecrets/.test(name!),
    )!;
    const runner = dataSource.createQueryRunner();
    const toStoredResponse = (body: object) =>
      JSON.stringify({ status: 202, location: '/status/1', body: JSON.stringify(body) });
    const id = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e3f';
    try {
      await runner.query(
        `INSERT INTO processing_requests (id, filename, header, columns, url_column, dialect,
           options, base_url, products, images_total, idempotency_answer)
         VALUES ($1, 'a.csv', '{}', '{}', 0, '{}', '{}', 'http://press.example', 0, 0, $2)`,
        [id, toStoredResponse({ request_id: id, webhook_secret: 'whsec_abc' })],
      );
      await migration.up(runner);
      const [{ response }] = (await runner.query(
        `SELECT idempotency_answer AS response FROM processing_requests WHERE id = $1`,
        [id],
      )) as { response: { body: string } }[];
      expect(response).toMatchObject({ status: 202, location: '/status/1' });
      expect(JSON.parse(response.body)).toEqual({ request_id: id });
    } finally {
      await runner.query(`DELETE FROM processing_requests`);
      await runner.release();
    }
  });

  it('The migration DueRequests marks only unfinished requests of the previous version as due', async () => {
    await migrate(dataSource);
    while (await hasTable('due_requests')) await dataSource.undoLastMigration();
    await dataSource.query(
      `INSERT INTO processing_requests (id, owner, status, filename, header, columns, url_column, dialect,
         options, base_url, products, images_total)
       SELECT gen_random_uuid(), 'shop', status, 'a.csv', '{}', '{}', 0, '{}', '{}', 'http://a', 1, 1
       FROM unnest(enum_range(NULL::request_status)) status`,
    );
    await migrate(dataSource);
    const dueRequests = await dataSource.query<unknown[]>(
      `SELECT due.owner, request.status FROM due_requests due
       JOIN processing_requests request ON request.id = due.request_id ORDER BY request.status`,
    );
    expect(dueRequests).toEqual([
      { owner: 'shop', status: 'pending' },
      { owner: 'shop', status: 'processing' },
    ]);
  });

  it('The migration Operator releases parked images when it is reverted', async () => {
    await migrate(dataSource);
    const id = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e41';
    await dataSource.query(
      `INSERT INTO processing_requests (id, owner, filename, header, columns, url_column, dialect, options,
         base_url, products, images_total)
       VALUES ($1, 'shop', 'a.csv', '{}', '{}', 0, '{}', '{}', 'http://a', 2, 2)`,
      [id],
    );
    await dataSource.query(
      `INSERT INTO images (request_id, row_number, position, input_url, not_before)
       VALUES ($1, 1, 1, 'http://a/1.jpg', 'infinity'), ($1, 2, 1, 'http://b/2.jpg', '-infinity')`,
      [id],
    );
    while (await hasTable('dispatch_pauses')) await dataSource.undoLastMigration();
    const images = await dataSource.query<unknown[]>(
      `SELECT not_before <= now() AS is_due, not_before = '-infinity' AS is_new FROM images ORDER BY id`,
    );
    expect(images).toEqual([
      { is_due: true, is_new: false },
      { is_due: true, is_new: true },
    ]);
    const dueRequests = await dataSource.query<unknown[]>(
      'SELECT request_id, owner FROM due_requests WHERE request_id = $1',
      [id],
    );
    expect(dueRequests).toEqual([{ request_id: id, owner: 'shop' }]);
    await migrate(dataSource);
    for (const table of ['images', 'due_requests', 'processing_requests']) {
      await dataSource.query(`DELETE FROM ${table}`);
    }
  });

  it('The migration StorageUsage sums the artifacts by day before it locks the table against writes', async () => {
    await migrate(dataSource);
    while (await hasTable('storage_usage')) await dataSource.undoLastMigration();
    const migration = dataSource.migrations.find(({ name }) => /StorageUsage/.test(name!))!;
    const runner = dataSource.createQueryRunner();
    const locks: unknown[] = [];
    const observedRunner = {
      query: async (sql: string) => {
        await runner.query(sql);
        if (!/FROM artifacts/.test(sql)) return;
        const heldLocks: unknown = await runner.query(
          `SELECT mode FROM pg_locks
           WHERE pid = pg_backend_pid() AND relation = 'artifacts'::regclass`,
        );
        locks.push(heldLocks);
      },
    } as unknown as QueryRunner;
    try {
      await runner.startTransaction();
      await runner.query(
        `INSERT INTO artifacts (key, format, width, height, bytes, kept_original, created_at)
         SELECT repeat(n::text, 64), 'jpeg', 1, 1, 100, false, '2026-01-31T12:00:00Z'
         FROM generate_series(1, 2) n`,
      );
      // Releases the lock of the INSERT.
      await runner.commitTransaction();
      await runner.startTransaction();
      await migration.up(observedRunner);
      expect(locks).toEqual([[{ mode: 'AccessShareLock' }]]);
      expect(await runner.query('SELECT day::text, added, removed FROM storage_usage')).toEqual([
        { day: '2026-01-31', added: '200', removed: '0' },
      ]);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
      await dataSource.query('TRUNCATE artifacts');
    }
  });

  it('Migrations keep requests and images of the previous version readable', async () => {
    await migrate(dataSource);
    await dataSource.undoLastMigration();
    const id = '019a9f3e-7c1d-7e3a-9b55-0f8a4c1d2e40';
    await dataSource.query(
      `INSERT INTO processing_requests (id, filename, header, columns, url_column, dialect, options,
         base_url, products, images_total)
       VALUES ($1, 'a.csv', '{Nr,Images}', '{"serial_number": "Nr", "product_name": "Nr", "input_image_urls": "Images"}',
         1, '{"delimiter": ",", "newline": "\\n", "encoding": "utf-8", "bom": false}', '{}', 'http://a', 1, 1)`,
      [id],
    );
    await dataSource.query(
      `INSERT INTO images (request_id, row_number, position, input_url) VALUES ($1, 1, 1, 'http://a/1.jpg')`,
      [id],
    );
    await migrate(dataSource);
    const request = await dataSource.getRepository(ProcessingRequest).findOneByOrFail({ id });
    expect(readStoredCatalog(request)).toMatchObject({
      header: ['Nr', 'Images'],
      imageColumns: [1],
    });
    const image = await dataSource.getRepository(Image).findOneByOrFail({ requestId: id });
    expect(image).toMatchObject({ columnIndex: null, cellReference: null });
    await dataSource.query('DELETE FROM processing_requests');
    await dataSource.query('DELETE FROM images');
  });
});
