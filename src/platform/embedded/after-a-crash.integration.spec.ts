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
// Real servers, on a machine that may be busy with other test files.
vi.setConfig({ testTimeout: 60_000 });

describe('After a crash, the start', () => {
  it('After a crash, the start truncates a Redis file that was being written', async () => {
    const { redisUrl } = await servers.start();
    await withRedis(redisUrl, (redis) => redis.set('kept', 'before'));
    await servers.stop();
    appendFileSync(lastAppendOnlyFile(), '*3\r\n$3\r\nSET\r\n$4\r\nke');
    const again = await servers.start();
    expect(await withRedis(again.redisUrl, (redis) => redis.get('kept'))).toBe('before');
  });

  it('After a crash, the start renames an unreadable Redis file, because PostgreSQL has the data', async () => {
    await servers.start();
    await servers.stop();
    writeFileSync(lastAppendOnlyFile(), 'this is no command\r\n'.repeat(100));
    const { redisUrl } = await servers.start();
    expect(await withRedis(redisUrl, (redis) => redis.dbsize())).toBe(0);
    expect(servers.logLines.join('\n')).toMatch(
      /starts without data; the old data was moved to .*unreadable/,
    );
  });

  it('After a crash, the start replaces an incomplete cluster', async () => {
    const fresh = mkdtempSync(join(tmpdir(), 'pressroom-initdb-'));
    const home = join(fresh, 'postgres');
    try {
      const app = servers.spawnApp(fresh);
      await eventually(
        () =>
          existsSync(home) &&
          readdirSync(home).some((name) => existsSync(join(home, name, 'data/postgresql.conf'))),
        { intervalMs: 2, description: 'initdb to be at work' },
      );
      const exited = once(app, 'exit');
      app.kill('SIGKILL');
      await exited;
      expect(existsSync(join(home, 'data'))).toBe(false);
      const { databaseUrl } = await servers.start(fresh);
      expect(await query(databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(readdirSync(home).filter((name) => name.startsWith('initdb.'))).toEqual([]);
      await servers.stop();
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
});

function lastAppendOnlyFile(): string {
  const folder = join(servers.directory, 'redis/data/appendonlydir');
  const name = readdirSync(folder).find((file) => file.endsWith('.incr.aof'));
  return join(folder, name!);
}
