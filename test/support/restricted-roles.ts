import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { TestDatabase } from './database.js';

/** Two PostgreSQL users with restricted privileges, and the schema that the first user owns. */
export interface RestrictedRoles {
  schema: string;
  /** URL for the owner of the schema, which cannot create objects elsewhere. */
  ownerUrl: string;
  /** URL for the database user of the app, which can only read and write rows. */
  appUrl: string;
  /** Runs statements as the administrator. */
  asAdministrator(...statements: string[]): Promise<void>;
  /** Removes the users. Drop the database first. */
  drop(): Promise<void>;
}

/** Creates the users and the schema in a database without tables. */
export async function createRestrictedRoles(
  database: TestDatabase,
  serverUrl: string,
): Promise<RestrictedRoles> {
  const suffix = randomBytes(4).toString('hex');
  const [owner, app] = [`owner_${suffix}`, `app_${suffix}`];
  const schema = 'press';
  const name = new URL(database.url).pathname.slice(1);
  await runStatements(
    database.url,
    `CREATE ROLE ${owner} LOGIN PASSWORD 'owner'`,
    `CREATE ROLE ${app} LOGIN PASSWORD 'app'`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    `REVOKE ALL ON SCHEMA public FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${name} TO ${owner}, ${app}`,
    `CREATE SCHEMA ${schema} AUTHORIZATION ${owner}`,
    `GRANT USAGE ON SCHEMA ${schema} TO ${app}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema}
     GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${app}`,
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema}
     GRANT USAGE ON SEQUENCES TO ${app}`,
  );
  return {
    schema,
    ownerUrl: urlOf(database, owner, 'owner'),
    appUrl: urlOf(database, app, 'app'),
    asAdministrator: (...statements) => runStatements(database.url, ...statements),
    drop: () => runStatements(serverUrl, `DROP ROLE ${owner}`, `DROP ROLE ${app}`),
  };
}

function urlOf(database: TestDatabase, user: string, password: string): string {
  const url = new URL(database.url);
  Object.assign(url, { username: user, password });
  return url.href;
}

async function runStatements(databaseUrl: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
