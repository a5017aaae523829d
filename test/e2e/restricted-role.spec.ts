import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApp } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { serveFile } from '../support/origin-behaviors.js';
import { OriginServer } from '../support/origin-server.js';
import { photograph } from '../support/sample-images.js';
import { createRedis } from '../support/redis.js';
import { createRestrictedRoles, type RestrictedRoles } from '../support/restricted-roles.js';

const MIGRATE_PATH = fileURLToPath(new URL('../../dist/migrate.js', import.meta.url));

describe('PostgreSQL users without CREATE on the database and the public schema', () => {
  let database: TestDatabase;
  let roles: RestrictedRoles;
  let origin: OriginServer;
  let redisUrl: string;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    roles = await createRestrictedRoles(database, inject('databaseUrl'));
    origin = await OriginServer.start();
    origin.on('/1.jpg', serveFile(await photograph(64, 48).jpeg().toBuffer()));
    redisUrl = (await createRedis()).url;
  });
  afterAll(async () => {
    await origin?.close();
    await database?.drop();
    await roles?.drop();
  });

  const runMigrate = (env: Record<string, string>, ...args: string[]) =>
    new Promise<{ exitCode: number; output: string }>((resolve) => {
      const { PATH } = process.env;
      execFile(
        process.execPath,
        [MIGRATE_PATH, ...args],
        { env: { PATH, ...env } },
        (error, stdout, stderr) =>
          resolve({ exitCode: Number(error?.code ?? 0), output: stdout + stderr }),
      );
    });
  const start = (databaseUrl: string, migrateSetting: 'auto' | 'off') =>
    startApp({
      databaseUrl,
      redisUrl,
      env: {
        MIGRATE: migrateSetting,
        DATABASE_SCHEMA: roles.schema,
        OUTBOUND_ALLOW: origin.allow,
      },
    });

  it('A migration by a PostgreSQL user without CREATE fails and names the missing privilege', async () => {
    const { exitCode, output } = await runMigrate({
      DATABASE_URL: roles.appUrl,
      DATABASE_SCHEMA: roles.schema,
    });
    expect(exitCode).toBe(2);
    expect(output).toMatch(/^PostgreSQL does not allow the migrations \(permission denied/);
  });

  it('An app with MIGRATE=off does not start on an outdated schema, and `npm run migrate -- --check` lists the pending migrations', async () => {
    await expect(start(roles.appUrl, 'off')).rejects.toThrow(
      /The database schema is older .*Initial1795160000000.*npm run migrate/,
    );
    const env = { DATABASE_URL: roles.ownerUrl, DATABASE_SCHEMA: roles.schema };
    const { exitCode, output } = await runMigrate(env, '--check');
    expect({ exitCode, output }).toEqual({
      exitCode: 1,
      output: expect.stringMatching(/^Pending: Initial1795160000000\n/),
    });
  });

  it('The app runs as a PostgreSQL user with row privileges after the owner of the schema has migrated it', async () => {
    const env = { DATABASE_URL: roles.ownerUrl, DATABASE_SCHEMA: roles.schema };
    const { exitCode, output } = await runMigrate(env);
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: expect.stringMatching(/^Applied: Initial1795160000000\n[\s\S]*current\.\n$/),
    });

    const app = await start(roles.appUrl, 'off');
    try {
      const url = origin.url('/1.jpg');
      const id = await app.api.uploadAccepted(
        `S. No.,Product Name,Input Image Urls\n1,Mug,${url}\n`,
      );
      expect((await app.api.waitUntilFinal(id)).status).toBe('completed');
      expect(await app.api.getText(`/download/${id}`)).toContain('/images/');
      expect((await app.api.getJson('/health/ready')).status).toBe(200);
      const { status } = await app.api.call(`/requests/${id}`, { method: 'DELETE' });
      expect(status).toBe(204);
    } finally {
      await app.stop();
    }
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname IN ('public', $1)`,
      [roles.schema],
    );
    await client.end();
    expect(rows).toEqual([{ schemaname: roles.schema }]);
  });

  it('Pressroom uses the search_path of the PostgreSQL user when DATABASE_SCHEMA is not set', async () => {
    const user = new URL(roles.ownerUrl).username;
    await roles.asAdministrator(`ALTER ROLE ${user} SET search_path = ${roles.schema}`);
    const { exitCode, output } = await runMigrate({ DATABASE_URL: roles.ownerUrl });
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: 'The schema is current.\n' });
  });
});
