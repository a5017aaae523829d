import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import Papa from 'papaparse';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Scenario } from '../support/scenario.js';
import { createArtifactKey, storeRequest } from '../support/stored-request.js';

/** Exceeds all buffers between PostgreSQL or a file and a client that does not read. */
const ROWS = 10_000;
const CELL = 'x'.repeat(2000);
const FILE = Buffer.alloc(64 * 1024);
/** Exceeds one page of the query of the ZIP, and 50 MB. */
const IMAGES = 800;
/** A line end in a cell makes two lines of one record. */
const FEW = [
  { cells: ['1', 'Two\nlines', 'https://a/1'], images: [{ url: 'https://a/1' }] },
  {
    cells: ['2', 'Lamp', 'https://a/2'],
    images: [{ url: 'https://a/2', status: 'failed', code: 'http_404', message: 'Gone.' }],
  },
  { cells: ['3', 'Chair', 'https://a/3'], images: [{ url: 'https://a/3' }] },
] as const;

describe('A download with an announced length', () => {
  const scenario = Scenario.forThisFile({
    env: { DATABASE_CONNECTIONS: '2', SHUTDOWN_GRACE_SECONDS: '1' },
  });
  let sql: Client;

  beforeAll(async () => {
    sql = new Client({ connectionString: scenario.database.url });
    await sql.connect();
  });
  afterAll(() => sql.end());

  /** Receives the head of the response and does not read the body. */
  const begin = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(scenario.app.url + path, { agent: false }, resolve).on('error', reject);
    });
  const bodyOf = async (response: IncomingMessage) => Buffer.concat(await response.toArray());
  const recordsOf = (csv: string) => Papa.parse<string[]>(csv.trimEnd()).data;
  const storeSmallRequest = () =>
    storeRequest(scenario.database.url, { rows: FEW.map((row) => structuredClone(row)) as never });

  const storeLargeRequest = async () => {
    const id = await storeRequest(scenario.database.url, { rows: [] });
    await sql.query(
      `INSERT INTO products SELECT $1, n, n::text, 'Product', ARRAY[n::text, $3::text, 'https://a/' || n]
       FROM generate_series(1, $2::int) n`,
      [id, ROWS, CELL],
    );
    await sql.query('UPDATE processing_requests SET products = $2 WHERE id = $1', [id, ROWS]);
    return id;
  };
  /** All images share one file. */
  const withImages = async () => {
    const id = await storeRequest(scenario.database.url, { rows: [] });
    const key = createArtifactKey();
    const folder = join(scenario.app.dataDir, 'artifacts', key.slice(0, 2));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${key}.jpg`), FILE);
    await sql.query(
      `INSERT INTO products SELECT $1, n, n::text, 'Product', ARRAY[n::text] FROM generate_series(1, $2::int) n`,
      [id, IMAGES],
    );
    await sql.query(
      `INSERT INTO images (request_id, row_number, position, input_url, status, artifact_key, format, finished_at)
       SELECT $1, n, 1, 'https://a/' || n, 'completed', $3, 'jpeg', now() FROM generate_series(1, $2::int) n`,
      [id, IMAGES, key],
    );
    await sql.query('UPDATE processing_requests SET products = $2 WHERE id = $1', [id, IMAGES]);
    return id;
  };
  const remove = async (id: string) => {
    expect((await scenario.api.call(`/requests/${id}`, { method: 'DELETE' })).status).toBe(204);
  };
  const rowsAreRemoved = (id: string) =>
    eventually(
      async () => {
        const { rowCount } = await sql.query(
          'SELECT request_id FROM products WHERE request_id = $1 UNION ALL SELECT request_id FROM images WHERE request_id = $1 LIMIT 1',
          [id],
        );
        return rowCount === 0;
      },
      { timeoutMs: 30_000, description: 'the rows to be removed' },
    );

  it('A download with an announced length sends the number of data rows in Pressroom-Rows, even for HEAD', async () => {
    const id = await storeSmallRequest();
    const response = await scenario.api.get(`/download/${id}`);
    expect(response.headers.get('pressroom-rows')).toBe('3');
    expect(recordsOf(await response.text())).toHaveLength(1 + 3);
    const head = await scenario.api.call(`/download/${id}`, { method: 'HEAD' });
    expect(head.headers.get('pressroom-rows')).toBe('3');
  });

  it('A download with an announced length sends the number of rows with failed images for the errors CSV', async () => {
    const response = await scenario.api.get(`/download/${await storeSmallRequest()}/errors`);
    expect(response.headers.get('pressroom-rows')).toBe('1');
    expect(recordsOf(await response.text())).toHaveLength(1 + 1);
  });

  it('A download with an announced length sends all rows even if its request is deleted meanwhile', async () => {
    const id = await storeLargeRequest();
    const response = await begin(`/download/${id}`);
    await remove(id);
    await rowsAreRemoved(id);
    expect(response.headers['pressroom-rows']).toBe(String(ROWS));
    expect(recordsOf((await bodyOf(response)).toString())).toHaveLength(1 + ROWS);
  });

  it('A download with an announced length is aborted if rows are missing', async () => {
    const id = await storeSmallRequest();
    await sql.query('DELETE FROM products WHERE request_id = $1 AND row_number = 2', [id]);
    const response = await begin(`/download/${id}`);
    expect(response.headers['pressroom-rows']).toBe('3');
    await expect(bodyOf(response)).rejects.toThrow('aborted');
  });

  it('A download with an announced length sends the number of ZIP entries in Pressroom-Files', async () => {
    const response = await begin(`/download/${await withImages()}/images.zip`);
    expect(response.headers['pressroom-files']).toBe(String(IMAGES));
    const zip = await bodyOf(response);
    expect(zip.readUInt16LE(zip.length - 12)).toBe(IMAGES);
  });

  it('A download with an announced length aborts the ZIP if its request is deleted meanwhile', async () => {
    const id = await withImages();
    const response = await begin(`/download/${id}/images.zip`);
    await remove(id);
    await rowsAreRemoved(id);
    await expect(bodyOf(response)).rejects.toThrow('aborted');
  });

  it('A download with an announced length fails for an HTTP/1.0 client when the app stops', async () => {
    const id = await storeLargeRequest();
    // 10 s, which is longer than SHUTDOWN_GRACE_SECONDS.
    const args = ['-s', '--http1.0', '--limit-rate', '2M', '-o', '/dev/null'];
    const curl = spawn('curl', [...args, `${scenario.app.url}/download/${id}`]);
    const ended = once(curl, 'close') as Promise<[number]>;
    await eventually(() => readersOf(1), { description: 'the download to begin' });
    await scenario.app.stop();
    const [code] = await ended;
    expect(code).toBe(56);
    await scenario.restart();
  });

  const readersOf = async (count: number) => {
    const { rowCount } = await sql.query(
      `SELECT 1 FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%FROM products product%' AND xact_start IS NOT NULL
         AND pid <> pg_backend_pid()`,
    );
    return rowCount === count;
  };
});
