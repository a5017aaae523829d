import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import {
  EmbeddedServersFixture,
  query,
  withRedis,
} from '../../../test/support/embedded-servers-fixture.js';
import { startEmbeddedServers } from './embedded-servers.js';
import { readProcessIdentity } from './process-identity.js';

const servers = EmbeddedServersFixture.forThisFile();
// The tests start real servers, on a machine that may be busy with other test files.
vi.setConfig({ testTimeout: 60_000 });

async function waitUntilExited(pids: number[]): Promise<void> {
  await eventually(() => pids.every((pid) => readProcessIdentity(pid) === undefined), {
    description: `processes ${pids.join(' and ')} to exit`,
  });
}

/** Reads field 4 of /proc/pid/stat, because minimal container images have no ps. */
function readParentPid(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
}

describe('startEmbeddedServers()', () => {
  it('startEmbeddedServers() starts servers that require a password and keep their data across a restart', async () => {
    const firstServers = await servers.start();
    await query(firstServers.databaseUrl, 'CREATE TABLE saved AS SELECT 42 AS value');
    await withRedis(firstServers.redisUrl, (redis) => redis.set('saved', '42'));
    const wrongPasswordUrl = firstServers.databaseUrl.replace(/:[^:@]+@/, ':wrong@');
    await expect(query(wrongPasswordUrl, 'SELECT 1')).rejects.toThrow(
      /password authentication failed/,
    );
    const anonymousUrl = firstServers.redisUrl.replace(/:[^:@]+@/, '');
    await expect(withRedis(anonymousUrl, (redis) => redis.get('saved'))).rejects.toThrow(/NOAUTH/);
    const pids = servers.readPids();
    await servers.stop();
    await waitUntilExited(pids);

    const secondServers = await servers.start();
    expect(await query(secondServers.databaseUrl, 'SELECT value FROM saved')).toEqual([
      { value: 42 },
    ]);
    expect(await withRedis(secondServers.redisUrl, (redis) => redis.get('saved'))).toBe('42');
  });

  it('startEmbeddedServers() configures the servers for durability, UTC and UTF-8', async () => {
    const { databaseUrl, redisUrl } = await servers.start();
    const settings = await query<{ name: string; setting: string }>(
      databaseUrl,
      'SELECT name, setting FROM pg_settings',
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toMatchObject({
      fsync: 'on',
      synchronous_commit: 'on',
      TimeZone: 'UTC',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      password_encryption: 'scram-sha-256',
    });
    const redisSettings = await withRedis(redisUrl, (client) =>
      client.config('GET', 'maxmemory-policy', 'appendonly'),
    );
    expect(redisSettings).toEqual(expect.arrayContaining(['noeviction', 'yes']));
  });

  it('startEmbeddedServers() waits until the servers of a killed app have stopped', async () => {
    const app = servers.spawnApp();
    const { databaseUrl } = await servers.readOutput(app);
    await query(databaseUrl, 'CREATE TABLE before_the_kill AS SELECT 1 AS one');
    const pids = servers.readPids();
    app.kill('SIGKILL');
    await once(app, 'exit');

    const nextServers = await servers.start();
    expect(await query(nextServers.databaseUrl, 'SELECT * FROM before_the_kill')).toHaveLength(1);
    expect(pids.map((pid) => readProcessIdentity(pid))).toEqual([undefined, undefined]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'startEmbeddedServers() starts servers that stop when the app receives %s',
    async (signal) => {
      const app = servers.spawnApp();
      await servers.readOutput(app);
      const pids = servers.readPids();
      app.kill(signal);
      expect(await once(app, 'exit')).toEqual([0, null]);
      await waitUntilExited(pids);
    },
  );

  it('startEmbeddedServers() protects the servers from Ctrl-C in the terminal', async () => {
    const app = servers.spawnApp();
    const { databaseUrl } = await servers.readOutput(app);
    const pids = servers.readPids();
    // A suspended app cannot stop the servers. Only a signal to the servers themselves could.
    app.kill('SIGSTOP');
    process.kill(-app.pid!, 'SIGINT');
    expect(await query(databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    app.kill('SIGCONT');
    expect(await once(app, 'exit')).toEqual([0, null]);
    await waitUntilExited(pids);
  });

  it('startEmbeddedServers() rejects a second app that uses the same directory', async () => {
    await servers.start();
    const secondApp = servers.spawnApp();
    const { error } = await servers.readOutput(secondApp);
    expect(error).toContain(`in use by another Pressroom (process ${process.pid})`);
    expect(error).not.toContain('\n');
  });

  it('startEmbeddedServers() succeeds in only one of two apps that start at the same time', async () => {
    const results = await Promise.all([
      servers.readOutput(servers.spawnApp()),
      servers.readOutput(servers.spawnApp()),
    ]);
    const errors = results.map(({ error }) => error).filter((error) => error !== undefined);
    expect(errors).toEqual([expect.stringContaining('in use by')]);
    const winner = results.find((result) => result.error === undefined)!;
    expect(await query(winner.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await withRedis(winner.redisUrl, (redis) => redis.ping())).toBe('PONG');
  });

  it('startEmbeddedServers() ignores stale process IDs that now belong to another process', async () => {
    await servers.start();
    await servers.stop();
    const postmaster = [
      process.ppid,
      join(servers.directory, 'postgres/data'),
      1,
      5432,
      '',
      '',
      '',
      '',
    ];
    writeFileSync(join(servers.directory, 'postgres/data/postmaster.pid'), postmaster.join('\n'));
    writeFileSync(join(servers.directory, 'postgres/owner'), `${process.ppid}@an-earlier-process`);
    writeFileSync(join(servers.directory, 'postgres/pid'), String(process.ppid));
    expect(await query((await servers.start()).databaseUrl, 'SELECT 1 AS one')).toEqual([
      { one: 1 },
    ]);
  });

  it.runIf(process.platform === 'linux')(
    'startEmbeddedServers() restarts a server whose guard was killed',
    async () => {
      const { databaseUrl } = await servers.start();
      const serverPid = servers.readPid('postgres');
      process.kill(readParentPid(serverPid), 'SIGKILL');
      await eventually(() => readProcessIdentity(serverPid) === undefined, { timeoutMs: 20_000 });
      await eventually(() => query(databaseUrl, 'SELECT 1'), { timeoutMs: 20_000 });
      expect(servers.readPid('postgres')).not.toBe(serverPid);
    },
  );

  it('startEmbeddedServers() restarts the servers on the same address after a crash', async () => {
    const { databaseUrl, redisUrl } = await servers.start();
    process.kill(servers.readPid('postgres'), 'SIGKILL');
    process.kill(servers.readPid('redis'), 'SIGKILL');
    const options = { timeoutMs: 15_000 };
    await eventually(() => query(databaseUrl, 'SELECT 1'), options);
    await eventually(() => withRedis(redisUrl, (redis) => redis.ping()), options);
    expect(servers.logLines.filter((line) => line.includes('exited unexpectedly'))).toHaveLength(2);
  });
});

describe('startEmbeddedServers() with DATABASE_URL and REDIS_URL', () => {
  it('startEmbeddedServers() starts no servers and writes no files if DATABASE_URL and REDIS_URL are set', async () => {
    const env = {
      DATABASE_URL: 'postgres://db/x',
      REDIS_URL: 'redis://r:1',
      DATA_DIR: '/nowhere',
    };
    const external = await startEmbeddedServers(env, console);
    expect(external).toMatchObject({ databaseUrl: 'postgres://db/x', redisUrl: 'redis://r:1' });
    await external.stop();
    expect(existsSync('/nowhere')).toBe(false);
  });
});
