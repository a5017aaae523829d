import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EmbeddedServersFixture, query } from '../../../test/support/embedded-servers-fixture.js';
import { RedisMissingError } from './errors.js';

const servers = EmbeddedServersFixture.forThisFile();
vi.setConfig({ testTimeout: 60_000 });

/** Folder with fake programs. Tests add it to `PATH`. */
let programFolder: string;
beforeEach(() => {
  programFolder = mkdtempSync(join(tmpdir(), 'pressroom-path-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(programFolder, { recursive: true, force: true });
});

function writeProgram(name: string, script: string): void {
  writeFileSync(join(programFolder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programFolder, name), 0o755);
}

describe('startEmbeddedServers() without Redis on PATH', () => {
  it('startEmbeddedServers() without Redis on PATH starts nothing and throws a one-line error that suggests a fix', async () => {
    vi.stubEnv('PATH', programFolder);
    const error: unknown = await servers.start().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RedisMissingError);
    expect((error as Error).message).toMatch(
      /^[^\n]*apt-get install redis-server[^\n]*REDIS_URL\.$/,
    );
    expect(servers.logLines).toEqual([]);
    expect(existsSync(join(servers.directory, 'postgres'))).toBe(false);
  });
});

const isLinuxRoot = process.platform === 'linux' && process.getuid!() === 0;

describe.runIf(isLinuxRoot)('startEmbeddedServers() as root', () => {
  it('startEmbeddedServers() as root switches the user only if user namespaces are forbidden', async () => {
    writeProgram('unshare', 'exit 1');
    vi.stubEnv('PATH', `${programFolder}${delimiter}${process.env.PATH}`);
    const firstServers = await servers.start();
    await query(firstServers.databaseUrl, 'CREATE TABLE saved AS SELECT 1 AS one');
    await servers.stop();

    vi.unstubAllEnvs();
    const secondServers = await servers.start();
    expect(await query(secondServers.databaseUrl, 'SELECT one FROM saved')).toEqual([{ one: 1 }]);
  });

  it('startEmbeddedServers() as root reports the cause if PostgreSQL cannot run as another user', async () => {
    writeProgram('unshare', 'exit 1');
    writeProgram('setpriv', 'exit 1');
    vi.stubEnv('PATH', `${programFolder}${delimiter}${process.env.PATH}`);
    await expect(servers.start()).rejects.toThrow(/^[^\n]*does not run as root[^\n]*$/);
  });
});
