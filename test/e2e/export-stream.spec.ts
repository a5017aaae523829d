import { get, type IncomingMessage } from 'node:http';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Scenario } from '../support/scenario.js';
import { storeRequest } from '../support/stored-request.js';

/** About 20 MB, which exceeds all buffers between PostgreSQL and a client that does not read. */
const PRODUCTS = 10_000;

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
       FROM generate_series(1, ${PRODUCTS}) n`,
      [id],
    );
    await client.query('UPDATE processing_requests SET products = $2 WHERE id = $1', [
      id,
      PRODUCTS,
    ]);
    await client.query(
      `INSERT INTO images (request_id, row_number, position, input_url, status, not_before, lease_until)
       SELECT $1, n, 1, 'https://a/' || n, 'processing', 'infinity', 'infinity'
       FROM generate_series(1, ${PRODUCTS}) n`,
      [id],
    );
  });
  afterAll(() => client.end());

  /** Receives the head of the response and does not read the body. */
  const begin = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${scenario.app.url}/download/${id}?partial=true`, { agent: false }, resolve).on(
        'error',
        reject,
      );
    });
  const textOf = async (answer: IncomingMessage) => {
    answer.setEncoding('utf8');
    let text = '';
    for await (const piece of answer) text += piece as string;
    return text;
  };
  const readers = async () => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%FROM products product%' AND xact_start IS NOT NULL
         AND pid <> pg_backend_pid()`,
    );
    return rows.map(({ pid }) => pid);
  };
  const waitUntilNoneIsRead = () =>
    eventually(async () => (await readers()).length === 0, {
      description: 'the connections to be freed',
    });

  it('A large download reads one snapshot while rows change', async () => {
    const answer = await begin();
    await client.query(
      `UPDATE images SET status = 'completed', artifact_key = 'a', format = 'jpeg' WHERE request_id = $1`,
      [id],
    );
    const lines = (await textOf(answer)).trimEnd().split('\n');
    expect(lines).toHaveLength(PRODUCTS + 1);
    expect(lines.slice(1).filter((line) => !line.endsWith(','))).toEqual([]);
    await waitUntilNoneIsRead();
  });

  it('A large download releases the database connection of a disconnected client', async () => {
    for (let i = 0; i < 5; i++) await begin().then((answer) => answer.destroy());
    await waitUntilNoneIsRead();
    expect((await textOf(await begin())).split('\n')).toHaveLength(PRODUCTS + 2);
  });

  it('A large download leaves database connections free for other calls', async () => {
    const slow = [await begin(), await begin()];
    const refused = await begin();
    expect(refused.statusCode).toBe(429);
    expect(JSON.parse(await textOf(refused))).toMatchObject({ code: 'too_many_downloads' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await expect(scenario.api.getStatus(id, '?limit=0')).resolves.toMatchObject({ request_id: id });
    slow.forEach((answer) => answer.destroy());
    await waitUntilNoneIsRead();
  });

  it('A large download makes short downloads wait instead of rejecting them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => scenario.api.get(`/download/${id}/errors?partial=true`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  it('A large download is aborted at its deadline, which ends its transaction and logs the reason', async () => {
    await scenario.app.stop();
    await scenario.restart({ EXPORT_TIMEOUT_SECONDS: '1' });
    const answer = await begin();
    await waitUntilNoneIsRead();
    await expect(textOf(answer)).rejects.toThrow(/aborted/);
    const line = scenario.app.logs.find(({ msg }) => msg.includes('EXPORT_TIMEOUT_SECONDS'));
    expect(line).toMatchObject({ level: 'warn', request_id: id });
    await scenario.app.stop();
    await scenario.restart();
  });

  it('A large download is aborted when the app stops and the grace period ends', async () => {
    const answer = await begin();
    await scenario.app.stop();
    await expect(textOf(answer)).rejects.toThrow(/aborted|premature/i);
    expect(answer.complete).toBe(false);
    await scenario.restart();
  });

  it('A large download is aborted when the database becomes unavailable', async () => {
    const answer = await begin();
    expect(answer.statusCode).toBe(200);
    const pids = await eventually(async () => {
      const pids = await readers();
      return pids.length > 0 && pids;
    });
    await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid', [pids]);
    await expect(textOf(answer)).rejects.toThrow(/aborted/);
    expect(answer.complete).toBe(false);

    expect((await textOf(await begin())).split('\n')).toHaveLength(PRODUCTS + 2);
    expect(scenario.app.logs.some(({ level, msg }) => level === 'error' && msg !== '')).toBe(true);
  });
});
