import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RedisMissingError } from './errors.js';
import type { Log } from './log.js';

const run = promisify(execFile);
const POLICY = '/usr/sbin/policy-rc.d';

/** Returns the path of redis-server or valkey-server. Root on a Debian-like system installs a missing one. */
export async function findRedisBinary(log: Log): Promise<string> {
  const found = onPath('redis-server') ?? onPath('valkey-server');
  if (found) return found;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) throw new RedisMissingError();

  log.info('No redis-server on PATH: installing it with apt-get install redis-server');
  try {
    await installWithApt('redis-server');
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    const reason = stderr?.trim().split('\n').at(-1) ?? String(cause);
    throw new RedisMissingError(`apt-get could not install it: ${reason}`);
  }
  const installed = onPath('redis-server');
  if (!installed) throw new RedisMissingError('apt-get installed no redis-server');
  return installed;
}

/** Installs the package without its service, which must not start now or at the next boot. */
async function installWithApt(name: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  const withoutServices = !existsSync(POLICY);
  if (withoutServices) {
    // Denies service starts only while this process runs, also if it is killed before the cleanup.
    const policy = `#!/bin/sh\nkill -0 ${process.pid} 2>/dev/null && exit 101\nexit 0\n`;
    writeFileSync(POLICY, policy, { mode: 0o755 });
  }
  try {
    await run('apt-get', ['update', ...quiet], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...quiet, name], { env });
  } finally {
    if (withoutServices) rmSync(POLICY, { force: true });
  }
  if (onPath('systemctl')) await run('systemctl', ['disable', name]).catch(() => {});
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((directory) => join(directory || '.', name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
