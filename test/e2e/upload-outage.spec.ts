import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const HEADER = 'S. No.,Product Name,Input Image Urls\n';
const row = (n: number) => `${n},SKU${n},http://127.0.0.1:9/${n}.jpg\n`;
const rows = (count: number) => Array.from({ length: count }, (_, i) => row(i + 1)).join('');

let database: TestDatabase;
let toPostgres: TcpProxy;
let toRedis: TcpProxy;
let app: TestApp;
let sql: Client;

beforeAll(async () => {
  database = await createDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  toPostgres = await TcpProxy.startFor(database.url);
  toRedis = await TcpProxy.startFor((await createRedis()).url);
  app = await startApp({ databaseUrl: toPostgres.url, redisUrl: toRedis.url });
});
afterAll(async () => {
  await app.kill();
  await toPostgres.stop();
  await toRedis.stop();
  await sql.end();
  await database.drop();
});

const countProducts = async () =>
  Number((await sql.query<{ count: string }>('SELECT count(*) FROM products')).rows[0].count);

it('An upload is rejected with 503 while PostgreSQL is unavailable, and accepted afterwards', async () => {
  await toPostgres.stop();
  const refused = await app.api.upload(HEADER + row(1));
  await toPostgres.start();
  expect(refused.status).toBe(503);
  expect(refused.body).toMatchObject({ code: 'database_unavailable' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

  expect((await app.api.upload(HEADER + row(1))).status).toBe(202);
});

it('An upload is accepted while Redis is unavailable', async () => {
  await toRedis.stop();
  const { status } = await app.api.upload(HEADER + row(1));
  await toRedis.start();
  expect(status).toBe(202);
});

it('An upload stores nothing and is answered with 503 when its database connection breaks', async () => {
  const before = await countProducts();
  const upload = httpRequest(`${app.url}/upload`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  });
  upload.write(
    `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${HEADER}`,
  );
  upload.write(rows(20_000));
  await eventually(
    async () => {
      const { rowCount } = await sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE 'COPY%'`,
      );
      return (rowCount ?? 0) > 0;
    },
    { description: 'the upload to have a transaction' },
  );
  upload.end(`${rows(20_000)}\r\n--x--\r\n`);
  const [response] = (await once(upload, 'response')) as [IncomingMessage];
  const body = JSON.parse(await text(response)) as object;
  expect(body).toMatchObject({ code: 'database_unavailable', status: 503 });
  expect(await countProducts()).toBe(before);
  expect((await app.api.upload(HEADER + row(1))).status).toBe(202);
});
