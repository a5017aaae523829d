import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';
import { RedisInstance, type RedisOptions } from '../support/redis-instance.js';
import { TcpProxy } from '../support/tcp-proxy.js';

// The tests start their own servers.
vi.setConfig({ testTimeout: 120_000 });

const CSV = 'S. No.,Product Name,Input Image Urls\n1,Mug,http://127.0.0.1:9/1.jpg\n';

interface Dependency {
  status: string;
  code?: string;
  message?: string;
}

interface Readiness {
  status: number;
  body: { status: string | number; error?: object; details: Record<string, Dependency> };
}

const getReadiness = (app: TestApp): Promise<Readiness> => app.api.getJson('/health/ready');

/** Waits until a dependency is reported with a code. `undefined` means that it is up. */
const waitForCode = (app: TestApp, dependency: string, code: string | undefined) =>
  eventually(
    async () => {
      const readiness = await getReadiness(app);
      return readiness.body.details[dependency].code === code ? readiness : undefined;
    },
    { timeoutMs: 30_000, description: `${dependency} to be reported as ${code ?? 'up'}` },
  );

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database?.drop());

describe('GET /health/ready (Redis)', () => {
  const startedServers: RedisInstance[] = [];
  const startRedis = async (options?: RedisOptions) => {
    const redis = await RedisInstance.start(options);
    startedServers.push(redis);
    return redis;
  };
  afterEach(async () => {
    await app?.kill();
    await Promise.all(startedServers.splice(0).map((redis) => redis.stop()));
  });

  it('GET /health/ready returns 503 if Redis is a read-only replica, and 200 after its promotion', async () => {
    const [primary, replica] = await Promise.all([startRedis(), startRedis()]);
    await replica.sendCommand('REPLICAOF', '127.0.0.1', String(primary.port));
    app = await startApp({ databaseUrl: database.url, redisUrl: replica.url() });
    const readiness = await waitForCode(app, 'redis', 'redis_read_only');
    expect(readiness.status).toBe(503);
    expect(readiness.body).toMatchObject({
      code: 'not_ready',
      details: { redis: { status: 'down', message: expect.stringContaining('primary') } },
    });

    await replica.sendCommand('REPLICAOF', 'NO', 'ONE');
    expect((await waitForCode(app, 'redis', undefined)).status).toBe(200);
  });

  it.each([0, 3])(
    'GET /health/ready returns 503 for Redis Cluster (database %i) and reports it as unsupported',
    async (databaseNumber) => {
      const cluster = await startRedis({ settings: { 'cluster-enabled': 'yes' } });
      const redisUrl = new URL(`/${databaseNumber}`, cluster.url()).href;
      app = await startApp({ databaseUrl: database.url, redisUrl });
      const readiness = await waitForCode(app, 'redis', 'redis_cluster_unsupported');
      expect(readiness.status).toBe(503);
      expect(readiness.body.details.redis.message).toContain('does not support');
      expect(app.hasEnded).toBe(false);
    },
  );

  it('GET /health/ready returns 503 while Redis is out of memory', async () => {
    const redis = await startRedis();
    app = await startApp({ databaseUrl: database.url, redisUrl: redis.url() });
    await waitForCode(app, 'redis', undefined);
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory', '1');
    expect((await waitForCode(app, 'redis', 'redis_refuses_writes')).status).toBe(503);
    await redis.sendCommand('CONFIG', 'SET', 'maxmemory', '0');
    expect((await waitForCode(app, 'redis', undefined)).status).toBe(200);
  });

  it('GET /health/ready returns 200 while Redis is down, and the app accepts uploads', async () => {
    const redisProxy = await TcpProxy.startFor((await createRedis()).url);
    app = await startApp({ databaseUrl: database.url, redisUrl: redisProxy.url });
    await waitForCode(app, 'redis', undefined);
    await redisProxy.stop();
    const readiness = await waitForCode(app, 'redis', 'redis_unavailable');
    expect(readiness.status).toBe(200);
    expect(readiness.body).toMatchObject({
      status: 'ok',
      info: { database: { status: 'up' }, storage: { status: 'up' } },
      error: { redis: { status: 'down', code: 'redis_unavailable' } },
      details: { redis: { status: 'down', message: expect.stringContaining('Uploads') } },
    });
    expect((await app.api.upload(CSV)).status).toBe(202);

    await redisProxy.start();
    expect((await waitForCode(app, 'redis', undefined)).body.status).toBe('ok');
    await redisProxy.stop();
  });
});

describe('GET /health/ready (PostgreSQL)', () => {
  let sql: Client;
  let postgresProxy: TcpProxy;

  beforeAll(async () => {
    sql = new Client({ connectionString: database.url });
    await sql.connect();
    postgresProxy = await TcpProxy.startFor(database.url);
    app = await startApp({ databaseUrl: postgresProxy.url, redisUrl: (await createRedis()).url });
  });
  afterAll(async () => {
    await app.stop();
    await postgresProxy.stop();
    await sql.end();
  });

  it('GET /health/ready returns 503 while statements time out behind a table lock', async () => {
    await waitForCode(app, 'database', undefined);
    await sql.query('BEGIN');
    await sql.query('LOCK TABLE images IN ACCESS EXCLUSIVE MODE');
    expect((await waitForCode(app, 'database', 'database_locked')).status).toBe(503);
    await sql.query('ROLLBACK');
    expect((await waitForCode(app, 'database', undefined)).status).toBe(200);
  });

  it('GET /health/ready returns 503 if the schema is from a later version, and names its migrations', async () => {
    await sql.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FutureMigration9999999999999')`,
    );
    const readiness = await waitForCode(app, 'database', 'schema_newer');
    expect(readiness.status).toBe(503);
    expect(readiness.body.details.database.message).toContain('FutureMigration9999999999999');
    await sql.query(`DELETE FROM migrations WHERE timestamp = 9999999999999`);
    expect((await waitForCode(app, 'database', undefined)).status).toBe(200);
  });

  it('GET /health/ready returns 503 while PostgreSQL is read-only', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const endSessions = () =>
      sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    await sql.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await endSessions();
    expect((await waitForCode(app, 'database', 'database_read_only')).status).toBe(503);
    await sql.query('SET default_transaction_read_only = off');
    await sql.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await endSessions();
    expect((await waitForCode(app, 'database', undefined)).status).toBe(200);
  });

  it('GET /health/ready returns 503 while PostgreSQL is unavailable', async () => {
    await postgresProxy.stop();
    expect((await waitForCode(app, 'database', 'database_unavailable')).status).toBe(503);
    await postgresProxy.start();
    expect((await waitForCode(app, 'database', undefined)).status).toBe(200);
  });
});
