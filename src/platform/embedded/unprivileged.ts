import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { EmbeddedUnsupportedError } from './errors.js';

/** Describes how to run PostgreSQL, which refuses to run as root. */
export interface Unprivileged {
  /** Prefix of the command; empty for an ordinary user. */
  prefix: string[];
  /** Required owner of the data directory, as seen by this process. */
  uid: number;
  gid: number;
}

/**
 * docs/adr/0005-postgresql-as-root.md. The server must be able to reach `binary` and `directory` (often files
 * of root in directories of mode 0700).
 */
export function findUnprivilegedUser(binary: string, directory: string): Unprivileged {
  const uid = process.getuid!();
  if (uid !== 0) return { prefix: [], uid, gid: process.getgid!() };

  const account = serviceAccount();
  const candidates: Unprivileged[] = account
    ? [inUserNamespace(account), runAsAccount(account)]
    : [];
  const found = candidates.find(({ prefix }) => canReach(prefix, binary, directory));
  if (found) return found;
  throw new EmbeddedUnsupportedError(
    'PostgreSQL does not run as root, and neither a user namespace (unshare) nor switching the user (setpriv) is allowed here; start Pressroom as an ordinary user',
  );
}

/** Root appears as the account inside the namespace and keeps root's access to files. */
function inUserNamespace(account: { uid: number; gid: number }): Unprivileged {
  const map = [`--map-user=${account.uid}`, `--map-group=${account.gid}`];
  return { prefix: ['unshare', '--user', ...map, '--'], uid: 0, gid: 0 };
}

/** Runs as another user with root's access to files. Works in containers without user namespaces. */
function runAsAccount({ uid, gid }: { uid: number; gid: number }): Unprivileged {
  // Without it, access(2) ignores the capability of a user that is not root (capabilities(7), securebits).
  // initdb looks for its own binary by access(2), and would fail under a directory of mode 0700.
  const keep = '--securebits=+no_setuid_fixup';
  const ids = [keep, `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const capabilities = ['--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  return { prefix: ['setpriv', ...ids, ...capabilities, '--'], uid, gid };
}

/** initdb and postgres look up their user by number, so the number must have a name. */
function serviceAccount(): { uid: number; gid: number } | undefined {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

function canReach(prefix: string[], binary: string, directory: string): boolean {
  const test = '[ "$(id -u)" -ne 0 ] && [ -x "$1" ] && [ -w "$2" ]';
  const [command, ...rest] = [...prefix, 'sh', '-c', test, 'sh', binary, directory];
  return spawnSync(command, rest, { stdio: 'ignore' }).status === 0;
}

/** Changes the owner of a data directory that another user, such as root, has created. */
export function changeOwner(directory: string, { uid, gid }: Unprivileged): void {
  if (statSync(directory).uid === uid) return;
  if (process.getuid!() !== 0) {
    throw new EmbeddedUnsupportedError(
      `${directory} belongs to another user; change its owner with \`sudo chown -R ${uid}:${gid} ${directory}\``,
    );
  }
  execFileSync('chown', ['-R', `${uid}:${gid}`, directory]);
}
