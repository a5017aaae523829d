import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import {
  EmbeddedServersFixture,
  query,
  withRedis,
} from '../../../test/support/embedded-servers-fixture.js';

const servers = EmbeddedServersFixture.forThisFile();
// The tests start real servers, on a machine that may be busy with other test files.
vi.setConfig({ testTimeout: 60_000 });

describe('startEmbeddedServers() after a crash', () => {
  it('startEmbeddedServers() recovers the data of a partially written Redis file', async () => {
    const { redisUrl } = await servers.start();
    await withRedis(redisUrl, (redis) => redis.set('saved', 'before'));
    await servers.stop();
    appendFileSync(findAppendOnlyFile(), '*3\r\n$3\r\nSET\r\n$4\r\nke');
    const restartedServers = await servers.start();
    const value = await withRedis(restartedServers.redisUrl, (redis) => redis.get('saved'));
    expect(value).toBe('before');
  });

  it('startEmbeddedServers() moves unreadable Redis data to a backup directory and starts Redis without data', async () => {
    await servers.start();
    await servers.stop();
    writeFileSync(findAppendOnlyFile(), 'this is not a command\r\n'.repeat(100));
    const { redisUrl } = await servers.start();
    expect(await withRedis(redisUrl, (redis) => redis.dbsize())).toBe(0);
    expect(servers.logLines.join('\n')).toMatch(
      /Starting Redis without data\. The old data was moved to .*unreadable/,
    );
  });

  it('startEmbeddedServers() replaces an incomplete PostgreSQL cluster', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'pressroom-initdb-'));
    const postgresDirectory = join(dataDir, 'postgres');
    try {
      const app = servers.spawnApp(dataDir);
      await eventually(
        () =>
          existsSync(postgresDirectory) &&
          readdirSync(postgresDirectory).some((name) =>
            existsSync(join(postgresDirectory, name, 'data/postgresql.conf')),
          ),
        { intervalMs: 2, description: 'initdb to create a cluster' },
      );
      const exitPromise = once(app, 'exit');
      app.kill('SIGKILL');
      await exitPromise;
      expect(existsSync(join(postgresDirectory, 'data'))).toBe(false);
      const { databaseUrl } = await servers.start(dataDir);
      expect(await query(databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(readdirSync(postgresDirectory).filter((name) => name.startsWith('initdb.'))).toEqual(
        [],
      );
      await servers.stop();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

function findAppendOnlyFile(): string {
  const folder = join(servers.directory, 'redis/data/appendonlydir');
  const name = readdirSync(folder).find((file) => file.endsWith('.incr.aof'));
  return join(folder, name!);
}
