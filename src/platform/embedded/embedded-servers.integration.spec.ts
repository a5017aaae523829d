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
import { processIdentity } from './process-identity.js';

const servers = EmbeddedServersFixture.forThisFile();
// Real servers, on a machine that may be busy with other test files.
vi.setConfig({ testTimeout: 60_000 });

async function waitUntilGone(pids: number[]): Promise<void> {
  await eventually(() => pids.every((pid) => processIdentity(pid) === undefined), {
    description: `processes ${pids.join(' and ')} to be gone`,
  });
}

/** Field 4 of proc(5)'s stat; ps is not in every small image. */
function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]);
}

describe('The private servers', () => {
  it('The private servers keep their data across a restart, and are protected by a password', async () => {
    const first = await servers.start();
    await query(first.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await withRedis(first.redisUrl, (redis) => redis.set('kept', '42'));
    const wrong = first.databaseUrl.replace(/:[^:@]+@/, ':wrong@');
    await expect(query(wrong, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    const anonymous = first.redisUrl.replace(/:[^:@]+@/, '');
    await expect(withRedis(anonymous, (redis) => redis.get('kept'))).rejects.toThrow(/NOAUTH/);
    const pids = servers.readPids();
    await servers.stop();
    await waitUntilGone(pids);

    const second = await servers.start();
    expect(await query(second.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await withRedis(second.redisUrl, (redis) => redis.get('kept'))).toBe('42');
  });

  it('The private servers are configured for durability, UTC and any language', async () => {
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
    const redis = await withRedis(redisUrl, (client) =>
      client.config('GET', 'maxmemory-policy', 'appendonly'),
    );
    expect(redis).toEqual(expect.arrayContaining(['noeviction', 'yes']));
  });

  it('The private servers stop after their app is killed, and the next start waits for them', async () => {
    const app = servers.spawnApp();
    const { databaseUrl } = await servers.readOutput(app);
    await query(databaseUrl, 'CREATE TABLE before_the_kill AS SELECT 1 AS one');
    const pids = servers.readPids();
    app.kill('SIGKILL');
    await once(app, 'exit');

    const next = await servers.start();
    expect(await query(next.databaseUrl, 'SELECT * FROM before_the_kill')).toHaveLength(1);
    expect(pids.map((pid) => processIdentity(pid))).toEqual([undefined, undefined]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'The private servers stop with an app that stops at %s',
    async (signal) => {
      const app = servers.spawnApp();
      await servers.readOutput(app);
      const pids = servers.readPids();
      app.kill(signal);
      expect(await once(app, 'exit')).toEqual([0, null]);
      await waitUntilGone(pids);
    },
  );

  it('The private servers do not receive Ctrl-C from the terminal', async () => {
    const app = servers.spawnApp();
    const { databaseUrl } = await servers.readOutput(app);
    const pids = servers.readPids();
    // A suspended app stops no servers. Only a signal to the servers themselves can.
    app.kill('SIGSTOP');
    process.kill(-app.pid!, 'SIGINT');
    expect(await query(databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    app.kill('SIGCONT');
    expect(await once(app, 'exit')).toEqual([0, null]);
    await waitUntilGone(pids);
  });

  it('The private servers reject a second app with the same directory', async () => {
    await servers.start();
    const second = servers.spawnApp();
    const { error } = await servers.readOutput(second);
    expect(error).toContain(`in use by another Pressroom (process ${process.pid})`);
    expect(error).not.toContain('\n');
  });

  it('The private servers belong to only one of two apps that start at the same time', async () => {
    const answers = await Promise.all([
      servers.readOutput(servers.spawnApp()),
      servers.readOutput(servers.spawnApp()),
    ]);
    const refused = answers.filter((answer) => answer.error !== undefined);
    expect(refused.map((answer) => answer.error)).toEqual([expect.stringContaining('in use by')]);
    const winner = answers.find((answer) => answer.error === undefined)!;
    expect(await query(winner.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await withRedis(winner.redisUrl, (redis) => redis.ping())).toBe('PONG');
  });

  it('The private servers start although the process ids in postmaster.pid and in the owner file are reused', async () => {
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
    'The private servers start again after the guard was killed while a server ran',
    async () => {
      const { databaseUrl } = await servers.start();
      const server = servers.readPid('postgres');
      process.kill(parentOf(server), 'SIGKILL');
      await eventually(() => processIdentity(server) === undefined, { timeoutMs: 20_000 });
      await eventually(() => query(databaseUrl, 'SELECT 1'), { timeoutMs: 20_000 });
      expect(servers.readPid('postgres')).not.toBe(server);
    },
  );

  it('The private servers restart on the same address after a crash', async () => {
    const { databaseUrl, redisUrl } = await servers.start();
    process.kill(servers.readPid('postgres'), 'SIGKILL');
    process.kill(servers.readPid('redis'), 'SIGKILL');
    const options = { timeoutMs: 15_000 };
    await eventually(() => query(databaseUrl, 'SELECT 1'), options);
    await eventually(() => withRedis(redisUrl, (redis) => redis.ping()), options);
    expect(servers.logLines.filter((line) => line.includes('exited unexpectedly'))).toHaveLength(2);
  });
});

describe('The servers in DATABASE_URL and REDIS_URL', () => {
  it('The servers in DATABASE_URL and REDIS_URL are used without starting or writing anything', async () => {
    const given = {
      DATABASE_URL: 'postgres://db/x',
      REDIS_URL: 'redis://r:1',
      DATA_DIR: '/nowhere',
    };
    const taken = await startEmbeddedServers(given, console);
    expect(taken).toMatchObject({ databaseUrl: 'postgres://db/x', redisUrl: 'redis://r:1' });
    await taken.stop();
    expect(existsSync('/nowhere')).toBe(false);
  });
});
