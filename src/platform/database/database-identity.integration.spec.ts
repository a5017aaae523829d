import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { ServerSecret } from '../config/server-secret.js';
import { dataSourceOptions } from './data-source.js';
import { loadInstallationId } from './load-installation-id.js';
import { ArtifactsRepository } from './repositories/artifacts.js';

/** Artifact stores and Redis contain the IDs, so every release must return the same IDs. */
describe('Database identity', () => {
  const secret = new ServerSecret(Buffer.alloc(32));
  let database: TestDatabase;
  let dataSource: DataSource;
  /** ID of the server and ID of the database. */
  let expectedId: string;

  beforeAll(async () => {
    database = await createDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows: servers } = await client.query<{ id: string }>(
      'SELECT system_identifier::text AS id FROM pg_control_system()',
    );
    const { rows: databases } = await client.query<{ id: string }>(
      'SELECT oid::text AS id FROM pg_database WHERE datname = current_database()',
    );
    await client.query('CREATE SCHEMA shop');
    await client.end();
    expectedId = `${servers[0].id}/${databases[0].id}`;
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('ArtifactsRepository.readDatabaseId() returns the IDs of the server and of the database', async () => {
    expect(await new ArtifactsRepository(dataSource).readDatabaseId()).toBe(expectedId);
  });

  it('ArtifactsRepository.readDatabaseId() includes a schema other than public', async () => {
    const options = dataSourceOptions(database.url, 1, { schema: 'shop' });
    const shopDataSource = await new DataSource(options).initialize();
    const id = await new ArtifactsRepository(shopDataSource).readDatabaseId();
    await shopDataSource.destroy();
    expect(id).toBe(`${expectedId}/shop`);
  });

  it('loadInstallationId() returns the first 16 hex digits of the signed database ID', async () => {
    const { value } = await loadInstallationId(dataSource, secret);
    expect(value).toBe(secret.sign('installation', expectedId).toString('hex').slice(0, 16));
  });
});
