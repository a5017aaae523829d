import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EmbeddedServersFixture, query } from '../../../test/support/embedded-servers-fixture.js';
import { RedisMissingError } from './errors.js';

const servers = EmbeddedServersFixture.forThisFile();
vi.setConfig({ testTimeout: 60_000 });

/** Programs that precede or replace those of the system. */
let programs: string;
beforeEach(() => {
  programs = mkdtempSync(join(tmpdir(), 'pressroom-path-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(programs, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
}

describe('A start without Redis on PATH', () => {
  it('A start without Redis on PATH fails with one line that names the fix, and starts nothing', async () => {
    vi.stubEnv('PATH', programs);
    const error: unknown = await servers.start().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RedisMissingError);
    expect((error as Error).message).toMatch(
      /^[^\n]*apt-get install redis-server[^\n]*REDIS_URL\.$/,
    );
    expect(servers.logLines).toEqual([]);
    expect(existsSync(join(servers.directory, 'postgres'))).toBe(false);
  });
});

const root = process.platform === 'linux' && process.getuid!() === 0;

describe.runIf(root)('A start as root', () => {
  it('A start as root switches the user only if namespaces are forbidden', async () => {
    program('unshare', 'exit 1');
    vi.stubEnv('PATH', `${programs}${delimiter}${process.env.PATH}`);
    const switched = await servers.start();
    await query(switched.databaseUrl, 'CREATE TABLE kept AS SELECT 1 AS one');
    await servers.stop();

    vi.unstubAllEnvs();
    const { databaseUrl } = await servers.start();
    expect(await query(databaseUrl, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('A start as root reports the cause when PostgreSQL cannot run at all', async () => {
    program('unshare', 'exit 1');
    program('setpriv', 'exit 1');
    vi.stubEnv('PATH', `${programs}${delimiter}${process.env.PATH}`);
    await expect(servers.start()).rejects.toThrow(/^[^\n]*does not run as root[^\n]*$/);
  });
});
