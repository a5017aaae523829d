import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresWithTls, startPostgresWithTls } from '../../../test/support/postgres-tls.js';
import { toStartError } from '../errors/start-errors.js';
import { dataSourceOptions } from './data-source.js';

const SETTINGS = { HOST: '127.0.0.1', PORT: 3000, DATA_DIR: './data' };

describe('TLS connections to PostgreSQL', () => {
  let postgres: PostgresWithTls;
  let certificate: string;

  beforeAll(async () => {
    postgres = await startPostgresWithTls();
    const [{ data_directory: directory }] = await connect({ sslmode: 'no-verify' }, (source) =>
      source.query<[{ data_directory: string }]>('SHOW data_directory'),
    );
    certificate = join(directory, 'server.crt');
  }, 60_000);
  afterAll(() => postgres?.stop());

  async function connect<T>(
    parameters: Record<string, string>,
    useDataSource: (source: DataSource) => Promise<T>,
  ): Promise<T> {
    const url = new URL(postgres.plainUrl);
    url.hostname = 'localhost';
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const source = await new DataSource(dataSourceOptions(url.href, 2)).initialize();
    try {
      return await useDataSource(source);
    } finally {
      await source.destroy();
    }
  }
  const isEncrypted = async (source: DataSource) => {
    const [{ ssl }] = await source.query<[{ ssl: boolean }]>(
      'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    return ssl;
  };
  const connectOrGetErrorCode = (parameters: Record<string, string>) =>
    connect(parameters, isEncrypted).catch((error: unknown) => toStartError(error, SETTINGS)?.code);

  it('TLS connections to PostgreSQL trust the certificate authority in sslrootcert', async () => {
    const parameters = { sslmode: 'verify-full', sslrootcert: certificate };
    expect(await connect(parameters, isEncrypted)).toBe(true);
  });

  it('TLS connections to PostgreSQL reject an unknown certificate authority, even with sslmode=require', async () => {
    expect(await connectOrGetErrorCode({ sslmode: 'verify-full' })).toBe('database_tls_failed');
    expect(await connectOrGetErrorCode({ sslmode: 'require' })).toBe('database_tls_failed');
    expect(await connectOrGetErrorCode({ sslmode: 'no-verify' })).toBe(true);
  });
});
