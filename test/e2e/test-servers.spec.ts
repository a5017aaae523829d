import { Client } from 'pg';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createDatabase, createEmptyDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createRedis } from '../support/redis.js';

async function tablesOf(url: string): Promise<string[]> {
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
  it('The test servers give each file its own migrated database', async () => {
    const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
    expect(one.url).not.toBe(other.url);
    expect(await tablesOf(one.url)).toContain('processing_requests');
    await Promise.all([one.drop(), other.drop()]);
    await expect(tablesOf(one.url)).rejects.toThrow(/does not exist/);
  });

  it('The test servers give migration tests a database without tables', async () => {
    const empty = await createEmptyDatabase();
    expect(await tablesOf(empty.url)).toEqual([]);
    await empty.drop();
  });

  it('The test servers give each file its own Redis database', async () => {
    const [one, other] = await Promise.all([createRedis(), createRedis()]);
    const [first, second] = [new Redis(one.url), new Redis(other.url)];
    await first.set('key', 'value');
    expect(await second.get('key')).toBeNull();
    await one.flush();
    expect(await first.get('key')).toBeNull();
    first.disconnect();
    second.disconnect();
  });
});

describe('eventually()', () => {
  it('eventually() returns the value of the first successful check', async () => {
    let calls = 0;
    expect(await eventually(() => (++calls === 3 ? 'done' : undefined))).toBe('done');
  });

  it('eventually() fails with the last error of a check that never succeeds', async () => {
    const never = eventually(
      () => {
        expect(1).toBe(2);
        return true;
      },
      { timeoutMs: 50, description: 'a miracle' },
    );
    await expect(never).rejects.toThrow(/waiting for a miracle after 50 ms: expected 1 to be 2/);
  });
});
