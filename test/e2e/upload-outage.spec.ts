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
const buildRow = (n: number) => `${n},SKU${n},http://127.0.0.1:9/${n}.jpg\n`;
const buildRows = (count: number) =>
  Array.from({ length: count }, (_, i) => buildRow(i + 1)).join('');

let database: TestDatabase;
let postgresProxy: TcpProxy;
let redisProxy: TcpProxy;
let app: TestApp;
let sql: Client;

beforeAll(async () => {
  database = await createDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  postgresProxy = await TcpProxy.startFor(database.url);
  redisProxy = await TcpProxy.startFor((await createRedis()).url);
  app = await startApp({ databaseUrl: postgresProxy.url, redisUrl: redisProxy.url });
});
afterAll(async () => {
  await app.kill();
  await postgresProxy.stop();
  await redisProxy.stop();
  await sql.end();
  await database.drop();
});

const countProducts = async () =>
  Number((await sql.query<{ count: string }>('SELECT count(*) FROM products')).rows[0].count);

it('An upload is rejected with 503 while PostgreSQL is unavailable, and accepted afterward', async () => {
  await postgresProxy.stop();
  const rejection = await app.api.upload(HEADER + buildRow(1));
  await postgresProxy.start();
  expect(rejection.status).toBe(503);
  expect(rejection.body).toMatchObject({ code: 'database_unavailable' });
  expect(Number(rejection.headers.get('retry-after'))).toBeGreaterThan(0);

  expect((await app.api.upload(HEADER + buildRow(1))).status).toBe(202);
});

it('An upload is accepted while Redis is unavailable', async () => {
  await redisProxy.stop();
  const { status } = await app.api.upload(HEADER + buildRow(1));
  await redisProxy.start();
  expect(status).toBe(202);
});

it('An upload stores nothing and returns 503 if its database connection breaks', async () => {
  const countBefore = await countProducts();
  const upload = httpRequest(`${app.url}/upload`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  });
  upload.write(
    `--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${HEADER}`,
  );
  upload.write(buildRows(20_000));
  await eventually(
    async () => {
      const { rowCount } = await sql.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction' AND query LIKE 'COPY%'`,
      );
      return (rowCount ?? 0) > 0;
    },
    { description: 'the upload to open a transaction' },
  );
  upload.end(`${buildRows(20_000)}\r\n--x--\r\n`);
  const [response] = (await once(upload, 'response')) as [IncomingMessage];
  const body = JSON.parse(await text(response)) as object;
  expect(body).toMatchObject({ code: 'database_unavailable', status: 503 });
  expect(await countProducts()).toBe(countBefore);
  expect((await app.api.upload(HEADER + buildRow(1))).status).toBe(202);
});
