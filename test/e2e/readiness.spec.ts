import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';
import { RedisInstance, type RedisOptions } from '../support/redis-instance.js';
import { TcpProxy } from '../support/tcp-proxy.js';

// Tests start their own servers.
vi.setConfig({ testTimeout: 120_000 });

const CSV = 'S. No.,Product Name,Input Image Urls\n1,Mug,http://127.0.0.1:9/1.jpg\n';

interface Part {
  status: string;
  code?: string;
  message?: string;
}

interface Readiness {
  status: number;
  body: { status: string | number; error?: object; details: Record<string, Part> };
}

const ready = (app: TestApp): Promise<Readiness> => app.api.getJson('/health/ready');

/** Waits until one part of the readiness has a code; `undefined` is for a part that is up. */
const untilPart = (app: TestApp, part: string, code: string | undefined) =>
  eventually(
    async () => {
      const answer = await ready(app);
      return answer.body.details[part].code === code ? answer : undefined;
    },
    { timeoutMs: 30_000, description: `${part} to be reported as ${code ?? 'up'}` },
  );

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database?.drop());

describe('GET /health/ready with Redis', () => {
  const started: RedisInstance[] = [];
  const startRedis = async (options?: RedisOptions) => {
    const redis = await RedisInstance.start(options);
    started.push(redis);
    return redis;
  };
  afterEach(async () => {
    await app?.kill();
    await Promise.all(started.splice(0).map((redis) => redis.stop()));
  });

  it('GET /health/ready with Redis returns 503 on a read-only replica, and 200 after its promotion', async () => {
    const [primary, replica] = await Promise.all([startRedis(), startRedis()]);
    await replica.sendCommand('REPLICAOF', '127.0.0.1', String(primary.port));
    app = await startApp({ databaseUrl: database.url, redisUrl: replica.url() });
    const answer = await untilPart(app, 'redis', 'redis_read_only');
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({
      code: 'not_ready',
      details: { redis: { status: 'down', message: expect.stringContaining('primary') } },
    });

    await replica.sendCommand('REPLICAOF', 'NO', 'ONE');
    expect((await untilPart(app, 'redis', undefined)).status).toBe(200);
  });

  it.each([0, 3])(
    'GET /health/ready with Redis returns 503 on Redis Cluster (database %i) and reports it as unsupported',
    async (n) => {
      const cluster = await startRedis({ settings: { 'cluster-enabled': 'yes' } });
      const redisUrl = new URL(`/${n}`, cluster.url()).href;
      app = await startApp({ databaseUrl: database.url, redisUrl });
      const answer = await untilPart(app, 'redis', 'redis_cluster_unsupported');
      expect(answer.status).toBe(503);
      expect(answer.body.details.redis.message).toContain('does not support');
      expect(app.hasEnded).toBe(false);
    },
  );

  it('GET /health/ready with Redis returns 503 while Redis is out of memory', async () => {
    const redis = await startRedis();
    app = await startApp({ databaseUrl: database.url, redisUrl: redis.url() });
    await untilPart(app, 'redis', undefined);
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory', '1');
    expect((await untilPart(app, 'redis', 'redis_refuses_writes')).status).toBe(503);
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory', '0');
    expect((await untilPart(app, 'redis', undefined)).status).toBe(200);
  });

  it('GET /health/ready with Redis returns 200 while Redis is down, and the app accepts uploads', async () => {
    const toRedis = await TcpProxy.startFor((await createRedis()).url);
    app = await startApp({ databaseUrl: database.url, redisUrl: toRedis.url });
    await untilPart(app, 'redis', undefined);
    await toRedis.stop();
    const answer = await untilPart(app, 'redis', 'redis_unavailable');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'ok',
      info: { database: { status: 'up' }, storage: { status: 'up' } },
      error: { redis: { status: 'down', code: 'redis_unavailable' } },
      details: { redis: { status: 'down', message: expect.stringContaining('Uploads') } },
    });
    expect((await app.api.upload(CSV)).status).toBe(202);

    await toRedis.start();
    expect((await untilPart(app, 'redis', undefined)).body.status).toBe('ok');
    await toRedis.stop();
  });
});

describe('GET /health/ready with PostgreSQL', () => {
  let sql: Client;
  let toPostgres: TcpProxy;

  beforeAll(async () => {
    sql = new Client({ connectionString: database.url });
    await sql.connect();
    toPostgres = await TcpProxy.startFor(database.url);
    app = await startApp({ databaseUrl: toPostgres.url, redisUrl: (await createRedis()).url });
  });
  afterAll(async () => {
    await app.stop();
    await toPostgres.stop();
    await sql.end();
  });

  it('GET /health/ready with PostgreSQL returns 503 while statements time out behind a table lock', async () => {
    await untilPart(app, 'database', undefined);
    await sql.query('BEGIN');
    await sql.query('LOCK TABLE images IN ACCESS EXCLUSIVE MODE');
    expect((await untilPart(app, 'database', 'database_locked')).status).toBe(503);
    await sql.query('ROLLBACK');
    expect((await untilPart(app, 'database', undefined)).status).toBe(200);
  });

  it('GET /health/ready with PostgreSQL returns 503 on a schema from a later version, and names its migrations', async () => {
    await sql.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'OfTomorrow9999999999999')`,
    );
    const answer = await untilPart(app, 'database', 'schema_newer');
    expect(answer.status).toBe(503);
    expect(answer.body.details.database.message).toContain('OfTomorrow9999999999999');
    await sql.query(`DELETE FROM migrations WHERE timestamp = 9999999999999`);
    expect((await untilPart(app, 'database', undefined)).status).toBe(200);
  });

  it('GET /health/ready with PostgreSQL returns 503 while PostgreSQL is read-only', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const endSessions = () =>
      sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    await sql.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await endSessions();
    expect((await untilPart(app, 'database', 'database_read_only')).status).toBe(503);
    await sql.query('SET default_transaction_read_only = off');
    await sql.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await endSessions();
    expect((await untilPart(app, 'database', undefined)).status).toBe(200);
  });

  it('GET /health/ready with PostgreSQL returns 503 while PostgreSQL is unavailable', async () => {
    await toPostgres.stop();
    expect((await untilPart(app, 'database', 'database_unavailable')).status).toBe(503);
    await toPostgres.start();
    expect((await untilPart(app, 'database', undefined)).status).toBe(200);
  });
});
