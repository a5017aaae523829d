import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { EmbeddedUnsupportedError } from './errors.js';

/** User to run PostgreSQL as, because PostgreSQL refuses to run as root. */
export interface UnprivilegedUser {
  /** Prefix of the command that switches the user; empty if the app is not running as root. */
  commandPrefix: string[];
  /** Required owner of the data directory, as seen by this process. */
  uid: number;
  gid: number;
}

/**
 * Returns how to run PostgreSQL on this system (docs/adr/0005-postgresql-as-root.md). The server must be able to
 * access `binary` and `directory`, which often belong to root and are in directories with mode 0700.
 */
export function findUnprivilegedUser(binary: string, directory: string): UnprivilegedUser {
  const uid = process.getuid!();
  if (uid !== 0) return { commandPrefix: [], uid, gid: process.getgid!() };

  const account = findServiceAccount();
  const candidates: UnprivilegedUser[] = account
    ? [runInUserNamespace(account), runAsAccount(account)]
    : [];
  const user = candidates.find(({ commandPrefix }) => canAccess(commandPrefix, binary, directory));
  if (user) return user;
  throw new EmbeddedUnsupportedError(
    'PostgreSQL does not run as root, and this system allows neither user namespaces (unshare) nor switching the user (setpriv); start Pressroom as a regular user',
  );
}

/** Runs as root, which appears as the account inside a user namespace and keeps its access to files. */
function runInUserNamespace(account: { uid: number; gid: number }): UnprivilegedUser {
  const mappingOptions = [`--map-user=${account.uid}`, `--map-group=${account.gid}`];
  return { commandPrefix: ['unshare', '--user', ...mappingOptions, '--'], uid: 0, gid: 0 };
}

/** Runs as another user with root's access to files. Works in containers without user namespaces. */
function runAsAccount({ uid, gid }: { uid: number; gid: number }): UnprivilegedUser {
  // Without this option, access(2) ignores the capability of a non-root user (capabilities(7), securebits).
  // initdb uses access(2) to find its own binary, which would fail in a directory with mode 0700.
  const keepCapabilities = '--securebits=+no_setuid_fixup';
  const userOptions = [keepCapabilities, `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const capabilityOptions = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  return { commandPrefix: ['setpriv', ...userOptions, ...capabilityOptions, '--'], uid, gid };
}

/** Finds an account in /etc/passwd, because initdb and postgres require a user ID with a name. */
function findServiceAccount(): { uid: number; gid: number } | undefined {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function canAccess(prefix: string[], binary: string, directory: string): boolean {
  const script = '[ "$(id -u)" -ne 0 ] && [ -x "$1" ] && [ -w "$2" ]';
  const [command, ...args] = [...prefix, 'sh', '-c', script, 'sh', binary, directory];
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Changes the owner of a data directory that another user, such as root, has created. */
export function changeOwner(directory: string, { uid, gid }: UnprivilegedUser): void {
  if (statSync(directory).uid === uid) return;
  if (process.getuid!() !== 0) {
    throw new EmbeddedUnsupportedError(
      `${directory} belongs to another user; change its owner with \`sudo chown -R ${uid}:${gid} ${directory}\``,
    );
  }
  execFileSync('chown', ['-R', `${uid}:${gid}`, directory]);
}
