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

/** Makes responses that exceed all buffers between the app and a client that does not read. */
const ROW_COUNT = 10_000;
const CELL = 'x'.repeat(2000);
const FILE_CONTENT = Buffer.alloc(64 * 1024);
/** Makes a ZIP that requires more than one page of the database query and exceeds 50 MB. */
const IMAGE_COUNT = 800;
/** The line break in a cell makes one record span two lines. */
const SMALL_REQUEST_ROWS = [
  { cells: ['1', 'Two\nlines', 'https://a/1'], images: [{ url: 'https://a/1' }] },
  {
    cells: ['2', 'Lamp', 'https://a/2'],
    images: [{ url: 'https://a/2', status: 'failed', code: 'http_404', message: 'Gone.' }],
  },
  { cells: ['3', 'Chair', 'https://a/3'], images: [{ url: 'https://a/3' }] },
] as const;

describe('A complete download', () => {
  const scenario = Scenario.forThisFile({
    env: { DATABASE_CONNECTIONS: '2', SHUTDOWN_GRACE_SECONDS: '1' },
  });
  let sql: Client;

  beforeAll(async () => {
    sql = new Client({ connectionString: scenario.database.url });
    await sql.connect();
  });
  afterAll(() => sql.end());

  /** Receives the response headers and does not read the body. */
  const startDownload = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(scenario.app.url + path, { agent: false }, resolve).on('error', reject);
    });
  const readBody = async (response: IncomingMessage) => Buffer.concat(await response.toArray());
  const parseRecords = (csv: string) => Papa.parse<string[]>(csv.trimEnd()).data;
  const storeSmallRequest = () =>
    storeRequest(scenario.database.url, {
      rows: SMALL_REQUEST_ROWS.map((row) => structuredClone(row)) as never,
    });

  const storeLargeRequest = async () => {
    const id = await storeRequest(scenario.database.url, { rows: [] });
    await sql.query(
      `INSERT INTO products SELECT $1, n, n::text, 'Product', ARRAY[n::text, $3::text, 'https://a/' || n]
       FROM generate_series(1, $2::int) n`,
      [id, ROW_COUNT, CELL],
    );
    await sql.query('UPDATE processing_requests SET products = $2 WHERE id = $1', [id, ROW_COUNT]);
    return id;
  };
  /** Stores a request whose images share one file. */
  const storeRequestWithImages = async () => {
    const id = await storeRequest(scenario.database.url, { rows: [] });
    const key = createArtifactKey();
    const folder = join(scenario.app.dataDir, 'artifacts', key.slice(0, 2));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${key}.jpg`), FILE_CONTENT);
    await sql.query(
      `INSERT INTO products SELECT $1, n, n::text, 'Product', ARRAY[n::text] FROM generate_series(1, $2::int) n`,
      [id, IMAGE_COUNT],
    );
    await sql.query(
      `INSERT INTO images (request_id, row_number, position, input_url, status, artifact_key, format, finished_at)
       SELECT $1, n, 1, 'https://a/' || n, 'completed', $3, 'jpeg', now() FROM generate_series(1, $2::int) n`,
      [id, IMAGE_COUNT, key],
    );
    await sql.query('UPDATE processing_requests SET products = $2 WHERE id = $1', [
      id,
      IMAGE_COUNT,
    ]);
    return id;
  };
  const deleteRequest = async (id: string) => {
    expect((await scenario.api.call(`/requests/${id}`, { method: 'DELETE' })).status).toBe(204);
  };
  const waitUntilRowsAreRemoved = (id: string) =>
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

  it('A CSV download sends the number of data rows in Pressroom-Rows, including for HEAD', async () => {
    const id = await storeSmallRequest();
    const response = await scenario.api.get(`/download/${id}`);
    expect(response.headers.get('pressroom-rows')).toBe('3');
    expect(parseRecords(await response.text())).toHaveLength(1 + 3);
    const head = await scenario.api.call(`/download/${id}`, { method: 'HEAD' });
    expect(head.headers.get('pressroom-rows')).toBe('3');
  });

  it('A download of the errors CSV sends the number of rows with failed images in Pressroom-Rows', async () => {
    const response = await scenario.api.get(`/download/${await storeSmallRequest()}/errors`);
    expect(response.headers.get('pressroom-rows')).toBe('1');
    expect(parseRecords(await response.text())).toHaveLength(1 + 1);
  });

  it('A CSV download sends all rows even if its request is deleted during the download', async () => {
    const id = await storeLargeRequest();
    const response = await startDownload(`/download/${id}`);
    await deleteRequest(id);
    await waitUntilRowsAreRemoved(id);
    expect(response.headers['pressroom-rows']).toBe(String(ROW_COUNT));
    expect(parseRecords((await readBody(response)).toString())).toHaveLength(1 + ROW_COUNT);
  });

  it('A CSV download is aborted if rows are missing', async () => {
    const id = await storeSmallRequest();
    await sql.query('DELETE FROM products WHERE request_id = $1 AND row_number = 2', [id]);
    const response = await startDownload(`/download/${id}`);
    expect(response.headers['pressroom-rows']).toBe('3');
    await expect(readBody(response)).rejects.toThrow('aborted');
  });

  it('A ZIP download sends the number of entries in Pressroom-Files', async () => {
    const response = await startDownload(`/download/${await storeRequestWithImages()}/images.zip`);
    expect(response.headers['pressroom-files']).toBe(String(IMAGE_COUNT));
    const zip = await readBody(response);
    expect(zip.readUInt16LE(zip.length - 12)).toBe(IMAGE_COUNT);
  });

  it('A ZIP download is aborted if its request is deleted during the download', async () => {
    const id = await storeRequestWithImages();
    const response = await startDownload(`/download/${id}/images.zip`);
    await deleteRequest(id);
    await waitUntilRowsAreRemoved(id);
    await expect(readBody(response)).rejects.toThrow('aborted');
  });

  it('A CSV download fails for an HTTP/1.0 client when the app stops', async () => {
    const id = await storeLargeRequest();
    // The download takes 10 s, which is longer than SHUTDOWN_GRACE_SECONDS.
    const args = ['-s', '--http1.0', '--limit-rate', '2M', '-o', '/dev/null'];
    const curl = spawn('curl', [...args, `${scenario.app.url}/download/${id}`]);
    const closeEvent = once(curl, 'close') as Promise<[number]>;
    await eventually(async () => (await countReaders()) === 1, {
      description: 'the download to begin',
    });
    await scenario.app.stop();
    const [exitCode] = await closeEvent;
    expect(exitCode).toBe(56);
    await scenario.restart();
  });

  const countReaders = async () => {
    const { rowCount } = await sql.query(
      `SELECT 1 FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%FROM products product%' AND xact_start IS NOT NULL
         AND pid <> pg_backend_pid()`,
    );
    return rowCount;
  };
});
