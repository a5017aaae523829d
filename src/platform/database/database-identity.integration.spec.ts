import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../test/support/database.js';
import { ServerSecret } from '../config/server-secret.js';
import { dataSourceOptions } from './data-source.js';
import { loadInstallationId } from './load-installation-id.js';
import { ArtifactsRepository } from './repositories/artifacts.js';

/** Storages and Redis keep the identifiers, so every release must return the same ones. */
describe('The identity of a database', () => {
  const secret = new ServerSecret(Buffer.alloc(32));
  let database: TestDatabase;
  let dataSource: DataSource;
  /** Identifiers of the server and of the database. */
  let expected: string;

  beforeAll(async () => {
    database = await createDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows: server } = await client.query<{ id: string }>(
      'SELECT system_identifier::text AS id FROM pg_control_system()',
    );
    const { rows: own } = await client.query<{ id: string }>(
      'SELECT oid::text AS id FROM pg_database WHERE datname = current_database()',
    );
    await client.query('CREATE SCHEMA shop');
    await client.end();
    expected = `${server[0].id}/${own[0].id}`;
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('The identity of a database names the server and the database', async () => {
    expect(await new ArtifactsRepository(dataSource).readDatabaseId()).toBe(expected);
  });

  it('The identity of a database includes a schema other than public', async () => {
    const options = dataSourceOptions(database.url, 1, { schema: 'shop' });
    const other = await new DataSource(options).initialize();
    const identity = await new ArtifactsRepository(other).readDatabaseId();
    await other.destroy();
    expect(identity).toBe(`${expected}/shop`);
  });

  it('The identity of a database contains a signed installation identifier', async () => {
    const { value } = await loadInstallationId(dataSource, secret);
    expect(value).toBe(secret.sign('installation', expected).toString('hex').slice(0, 16));
  });
});
