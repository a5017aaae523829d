import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readProcessIdentity } from './process-identity.js';

/**
 * Runs a server and stops it when the app exits, even after a crash or `kill -9` of the app. The guard's standard
 * input is a pipe from the app. When the pipe is closed, the guard signals the server until it has exited.
 * The guard and the server run in their own session, so Ctrl-C reaches only the app
 * (docs/adr/0006-embedded-servers-stop-with-the-app.md).
 *
 * The last signal goes to the process group and also stops the watcher and its sleep. PostgreSQL's
 * processes have their own groups. The guard repeats the signal, because the server ignores SIGINT until
 * it has installed its signal handlers. A shell starts background commands with SIGINT ignored.
 *
 * The server and its children inherit the lock (descriptor 9). The lock is released when the last of these
 * processes exits, even if the guard was killed. Without flock(1) (macOS) or file system locks, the `owner`
 * and `pid` files serve the same purpose.
 */
const GUARD_SCRIPT = `
trap '' INT TERM HUP
signal=$1 directory=$2 owner=$3 stale=$4
shift 4
exec 3<&0 9>>"$directory/lock"
if command -v flock >/dev/null 2>&1; then
  flock -n 9
  [ $? -ne 1 ] || exit 75
fi
rm -f "$stale"
echo "$owner" >"$directory/owner"
"$@" 3<&- </dev/null &
server=$!
echo "$server" >"$directory/pid"
(
  read -r _ <&3
  while kill -s "$signal" "$server" 2>/dev/null; do sleep 1; done
) 9>&- &
wait "$server"
status=$?
trap '' USR2
kill -s USR2 0
rm -f "$directory/owner" "$directory/pid"
exit $status
`;

/** Exit status of a guard that could not acquire the lock (EX_TEMPFAIL in sysexits.h). */
export const EXIT_LOCKED = 75;

export interface GuardedCommand {
  command: string[];
  /** Signal that stops the server: `INT` is a fast shutdown for PostgreSQL, `TERM` for Redis. */
  signal: 'INT' | 'TERM';
  /** Directory with the files `lock`, `owner` and `pid`. */
  directory: string;
  /** File that a killed server leaves behind. Removed after the guard has acquired the lock. */
  staleFile?: string;
  /** File that receives the output of the server. */
  logFile: string;
  env?: NodeJS.ProcessEnv;
}

export interface GuardedProcess {
  /** Resolves to the exit status of the server; 128 or more if a signal killed it. */
  readonly exited: Promise<number>;
  readonly hasExited: boolean;
  /** Stops the server and waits at most `timeoutMs`. Returns false if the server is still running. */
  stop(timeoutMs?: number): Promise<boolean>;
}

export function startGuardedProcess(options: GuardedCommand): GuardedProcess {
  const logDescriptor = openSync(options.logFile, 'a', 0o600);
  const { signal, directory, staleFile, command } = options;
  const owner = readProcessIdentity(process.pid)!;
  const child = spawn(
    '/bin/sh',
    ['-c', GUARD_SCRIPT, 'pressroom-guard', signal, directory, owner, staleFile ?? '', ...command],
    {
      detached: true,
      stdio: ['pipe', logDescriptor, logDescriptor],
      env: options.env ?? process.env,
      cwd: directory,
    },
  );
  closeSync(logDescriptor);
  // Ignores the write error that occurs if the guard exits before the pipe is closed.
  child.stdin!.on('error', () => {});

  let hasExited = false;
  const exited = once(child, 'exit').then(([code]) => {
    hasExited = true;
    return (code as number | null) ?? 128;
  });
  return {
    exited,
    get hasExited() {
      return hasExited;
    },
    async stop(timeoutMs = 30_000) {
      child.stdin!.end();
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<false>((resolve) => {
        timer = setTimeout(() => resolve(false), timeoutMs);
      });
      return Promise.race([exited.then(() => true), timeout]).finally(() => clearTimeout(timer));
    },
  };
}
