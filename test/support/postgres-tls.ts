import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { generate } from 'selfsigned';
import { startPostgres } from '../../src/platform/embedded/postgres-server.js';
import { eventually } from './eventually.js';

const SILENT_LOG = { info: () => {}, warn: () => {}, error: () => {} };

export interface PostgresWithTls {
  /** URL of a connection without TLS. */
  plainUrl: string;
  /** URL of an encrypted connection. */
  tlsUrl: string;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Starts a PostgreSQL server that accepts connections with and without TLS. */
export async function startPostgresWithTls(): Promise<PostgresWithTls> {
  const directory = await mkdtemp(join(tmpdir(), 'pressroom-tls-'));
  const server = await startPostgres(directory, SILENT_LOG, { throwaway: true });
  const stop = async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const tlsUrl = await enableTls(server.url, join(directory, 'data'));
    return { plainUrl: server.url, tlsUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Turns on TLS in a running PostgreSQL with a self-signed certificate. Returns the
 * URL of an encrypted connection. Connections without TLS still work.
 *
 * @param dataDirectory `data_directory` of the server, on this machine
 */
export async function enableTls(databaseUrl: string, dataDirectory: string): Promise<string> {
  const { certificate, key } = await makeCertificate(dataDirectory);
  // PostgreSQL rejects a key that it does not own or that other users can read.
  const { uid, gid } = await stat(dataDirectory);
  await Promise.all([certificate, key].map((file) => chown(file, uid, gid)));

  await queryOnce(databaseUrl, 'ALTER SYSTEM SET ssl = on');
  await queryOnce(databaseUrl, 'SELECT pg_reload_conf()');
  const url = new URL(databaseUrl);
  url.searchParams.set('sslmode', 'no-verify');
  await eventually(() => queryOnce(url.href, 'SELECT 1').then(() => true), {
    description: 'PostgreSQL to accept TLS',
  });
  return url.href;
}

/** Creates a self-signed certificate for `localhost`, and its key with mode 0600. Returns their paths. */
export async function makeCertificate(directory: string) {
  const [certificate, key] = ['server.crt', 'server.key'].map((name) => join(directory, name));
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  await writeFile(certificate, pems.cert);
  await writeFile(key, pems.private, { mode: 0o600 });
  return { certificate, key };
}

async function queryOnce(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}
