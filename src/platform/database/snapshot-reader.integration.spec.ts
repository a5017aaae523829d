import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestRows } from '../../../test/support/rows.js';
import { Env } from '../config/env.js';
import { TooManyDownloadsError } from '../concurrency/download-slots.js';
import { FairSemaphores } from '../concurrency/fair-semaphores.js';
import { ReadConnections } from './read-connections.js';
import { SnapshotReader } from './snapshot-reader.js';

const KEYS = 'shop:0123456789abcdef,desk:fedcba9876543210';

describe('SnapshotReader', () => {
  let rows: TestRows;
  let reader: SnapshotReader;

  beforeAll(async () => {
    rows = await TestRows.open();
    const env = Object.assign(new Env(), {
      DATABASE_CONNECTIONS: 4,
      API_KEYS: KEYS,
      EXPORT_QUEUE_SECONDS: 0,
    });
    const connections = new ReadConnections(rows.dataSource, env);
    reader = new SnapshotReader(connections, env, new FairSemaphores(env));
  });
  afterAll(() => rows.close());

  const readNumbers = (owner: string) =>
    reader.readRows({
      owner,
      signal: new AbortController().signal,
      firstStatement: { sql: 'SELECT $1::int', parameters: [3] },
      sql: 'SELECT n FROM generate_series(1, 3) n',
      parameters: [],
    });

  it('SnapshotReader returns the rows of the first statement before the rows of the query', async () => {
    const blocks: unknown[] = [];
    for await (const rows of readNumbers('shop')) blocks.push(rows);
    expect(blocks).toEqual([[[3]], [[1], [2], [3]]]);
  });

  it('SnapshotReader reserves half of its slots for other owners', async () => {
    const shopDownload = readNumbers('shop');
    expect((await shopDownload.next()).value).toEqual([[3]]);
    await expect(readNumbers('shop').next()).rejects.toThrow(TooManyDownloadsError);
    const deskDownload = readNumbers('desk');
    expect((await deskDownload.next()).done).toBe(false);

    await Promise.all([shopDownload.return(undefined), deskDownload.return(undefined)]);
    const nextDownload = readNumbers('shop');
    expect((await nextDownload.next()).done).toBe(false);
    await nextDownload.return(undefined);
  });
});
