import { Client } from 'pg';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createDatabase, createEmptyDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';

async function listTables(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename";
    const { rows } = await client.query<{ tablename: string }>(sql);
    return rows.map((row) => row.tablename);
  } finally {
    await client.end();
  }
}

describe('The test servers', () => {
  it('The test servers give each test file its own migrated database', async () => {
    const [database, otherDatabase] = await Promise.all([createDatabase(), createDatabase()]);
    expect(database.url).not.toBe(otherDatabase.url);
    expect(await listTables(database.url)).toContain('processing_requests');
    await Promise.all([database.drop(), otherDatabase.drop()]);
    await expect(listTables(database.url)).rejects.toThrow(/does not exist/);
  });

  it('The test servers give migration tests a database without tables', async () => {
    const database = await createEmptyDatabase();
    expect(await listTables(database.url)).toEqual([]);
    await database.drop();
  });

  it('The test servers give each test file its own Redis database', async () => {
    const [redis, otherRedis] = await Promise.all([createRedis(), createRedis()]);
    const [client, otherClient] = [new Redis(redis.url), new Redis(otherRedis.url)];
    await client.set('key', 'value');
    expect(await otherClient.get('key')).toBeNull();
    await redis.flush();
    expect(await client.get('key')).toBeNull();
    client.disconnect();
    otherClient.disconnect();
  });
});

describe('eventually()', () => {
  it('eventually() returns the value of the first successful check', async () => {
    let callCount = 0;
    expect(await eventually(() => (++callCount === 3 ? 'done' : undefined))).toBe('done');
  });

  it('eventually() fails with the last error of a check that never succeeds', async () => {
    const promise = eventually(
      () => {
        expect(1).toBe(2);
        return true;
      },
      { timeoutMs: 50, description: 'a check that never passes' },
    );
    await expect(promise).rejects.toThrow(
      /waiting for a check that never passes after 50 ms: expected 1 to be 2/,
    );
  });
});
