import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RedisMissingError } from './errors.js';
import type { StartupLogger } from './startup-logger.js';

const execFileAsync = promisify(execFile);
/** Debian runs this script before it starts the service of a package. Exit status 101 denies the start. */
const POLICY_SCRIPT = '/usr/sbin/policy-rc.d';

/**
 * Returns the path of redis-server or valkey-server. If neither exists and the app runs as root on a
 * Debian-like system, installs redis-server.
 */
export async function findRedisBinary(log: StartupLogger): Promise<string> {
  const existingPath = findOnPath('redis-server') ?? findOnPath('valkey-server');
  if (existingPath) return existingPath;
  if (process.getuid?.() !== 0 || !findOnPath('apt-get')) throw new RedisMissingError();

  log.info('No redis-server on PATH; installing it with apt-get install redis-server');
  try {
    await installWithApt('redis-server');
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    const reason = stderr?.trim().split('\n').at(-1) ?? String(cause);
    throw new RedisMissingError(`apt-get could not install it: ${reason}`);
  }
  const installedPath = findOnPath('redis-server');
  if (!installedPath) throw new RedisMissingError('apt-get did not install redis-server');
  return installedPath;
}

/** Installs the package without starting its service, now or at the next boot. */
async function installWithApt(name: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptOptions = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  const mayWritePolicy = !existsSync(POLICY_SCRIPT);
  if (mayWritePolicy) {
    // Denies service starts only while this process is running, in case it is killed before the cleanup.
    const policy = `#!/bin/sh\nkill -0 ${process.pid} 2>/dev/null && exit 101\nexit 0\n`;
    writeFileSync(POLICY_SCRIPT, policy, { mode: 0o755 });
  }
  try {
    await execFileAsync('apt-get', ['update', ...aptOptions], { env });
    await execFileAsync(
      'apt-get',
      ['install', '-y', '--no-install-recommends', ...aptOptions, name],
      { env },
    );
  } finally {
    if (mayWritePolicy) rmSync(POLICY_SCRIPT, { force: true });
  }
  if (findOnPath('systemctl')) await execFileAsync('systemctl', ['disable', name]).catch(() => {});
}

function findOnPath(name: string): string | undefined {
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
