import { get, type IncomingMessage } from 'node:http';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Scenario } from '../support/scenario.js';
import { storeRequest } from '../support/stored-request.js';

/** Produces a CSV of about 20 MB, which exceeds all buffers between PostgreSQL and an idle client. */
const PRODUCT_COUNT = 10_000;

describe('A large download', () => {
  const scenario = Scenario.forThisFile({
    env: { DATABASE_CONNECTIONS: '4', EXPORT_QUEUE_SECONDS: '1', SHUTDOWN_GRACE_SECONDS: '1' },
  });
  let client: Client;
  let id: string;

  beforeAll(async () => {
    client = new Client({ connectionString: scenario.database.url });
    await client.connect();
    id = await storeRequest(scenario.database.url, { status: 'processing', rows: [] });
    await client.query(
      `INSERT INTO products
       SELECT $1, n, n::text, 'Product', ARRAY[n::text, repeat('x', 2000), 'https://a/' || n]
       FROM generate_series(1, ${PRODUCT_COUNT}) n`,
      [id],
    );
    await client.query('UPDATE processing_requests SET products = $2 WHERE id = $1', [
      id,
      PRODUCT_COUNT,
    ]);
    await client.query(
      `INSERT INTO images (request_id, row_number, position, input_url, status, not_before, lease_until)
       SELECT $1, n, 1, 'https://a/' || n, 'processing', 'infinity', 'infinity'
       FROM generate_series(1, ${PRODUCT_COUNT}) n`,
      [id],
    );
  });
  afterAll(() => client.end());

  /** Receives the response headers and does not read the body. */
  const startDownload = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${scenario.app.url}/download/${id}?partial=true`, { agent: false }, resolve).on(
        'error',
        reject,
      );
    });
  const readText = async (response: IncomingMessage) => {
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) text += chunk as string;
    return text;
  };
  const findReaderPids = async () => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%FROM products product%' AND xact_start IS NOT NULL
         AND pid <> pg_backend_pid()`,
    );
    return rows.map(({ pid }) => pid);
  };
  const waitUntilNoReaders = () =>
    eventually(async () => (await findReaderPids()).length === 0, {
      description: 'the database connections to be released',
    });

  it('A large download reads one snapshot while rows change', async () => {
    const response = await startDownload();
    await client.query(
      `UPDATE images SET status = 'completed', artifact_key = 'a', format = 'jpeg' WHERE request_id = $1`,
      [id],
    );
    const lines = (await readText(response)).trimEnd().split('\n');
    expect(lines).toHaveLength(PRODUCT_COUNT + 1);
    expect(lines.slice(1).filter((line) => !line.endsWith(','))).toEqual([]);
    await waitUntilNoReaders();
  });

  it('A large download releases the database connection of a disconnected client', async () => {
    for (let i = 0; i < 5; i++) await startDownload().then((response) => response.destroy());
    await waitUntilNoReaders();
    expect((await readText(await startDownload())).split('\n')).toHaveLength(PRODUCT_COUNT + 2);
  });

  it('A large download leaves database connections free for other calls', async () => {
    const slowDownloads = [await startDownload(), await startDownload()];
    const rejection = await startDownload();
    expect(rejection.statusCode).toBe(429);
    expect(JSON.parse(await readText(rejection))).toMatchObject({ code: 'too_many_downloads' });
    expect(Number(rejection.headers['retry-after'])).toBeGreaterThan(0);
    await expect(scenario.api.getStatus(id, '?limit=0')).resolves.toMatchObject({ request_id: id });
    slowDownloads.forEach((response) => response.destroy());
    await waitUntilNoReaders();
  });

  it('Short downloads wait for a free slot instead of being rejected', async () => {
    const responses = await Promise.all(
      Array.from({ length: 6 }, () => scenario.api.get(`/download/${id}/errors?partial=true`)),
    );
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  it('A large download is aborted after EXPORT_TIMEOUT_SECONDS, its transaction ends, and the reason is logged', async () => {
    await scenario.app.stop();
    await scenario.restart({ EXPORT_TIMEOUT_SECONDS: '1' });
    const response = await startDownload();
    await waitUntilNoReaders();
    await expect(readText(response)).rejects.toThrow(/aborted/);
    const logLine = scenario.app.logs.find(({ msg }) => msg.includes('EXPORT_TIMEOUT_SECONDS'));
    expect(logLine).toMatchObject({ level: 'warn', request_id: id });
    await scenario.app.stop();
    await scenario.restart();
  });

  it('A large download is aborted when the app stops and the grace period ends', async () => {
    const response = await startDownload();
    await scenario.app.stop();
    await expect(readText(response)).rejects.toThrow(/aborted|premature/i);
    expect(response.complete).toBe(false);
    await scenario.restart();
  });

  it('A large download is aborted when the database becomes unavailable', async () => {
    const response = await startDownload();
    expect(response.statusCode).toBe(200);
    const pids = await eventually(async () => {
      const pids = await findReaderPids();
      return pids.length > 0 && pids;
    });
    await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [pids]);
    await expect(readText(response)).rejects.toThrow(/aborted/);
    expect(response.complete).toBe(false);

    expect((await readText(await startDownload())).split('\n')).toHaveLength(PRODUCT_COUNT + 2);
    expect(scenario.app.logs.some(({ level, msg }) => level === 'error' && msg !== '')).toBe(true);
  });
});
