import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  url: string;
  /** Removes it, also under open connections. */
  drop(): Promise<void>;
}

/** A database of a test file's own, with all migrations run and no rows (some 50 ms). */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`);
  return { url: urlOf(name), drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A database without any table, to try migrations on. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE template0`);
  return { url: urlOf(name), drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

function urlOf(name: string): string {
  const url = new URL(inject('databaseUrl'));
  url.pathname = name;
  return url.href;
}

async function onServer(statement: string): Promise<void> {
  if (!inject('databaseUrl'))
    throw new Error('A unit test has no servers. Name the file *.integration.spec.ts.');
  const client = new Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
