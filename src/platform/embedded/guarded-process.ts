import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { processIdentity } from './process-identity.js';

/**
 * Runs a server that stops with the app, even after a crash or `kill -9` of the app. The guard's standard
 * input is a pipe from the app. At its end of file the guard signals the server until it has exited. Guard
 * and server form their own session, so Ctrl-C reaches the app only
 * (docs/adr/0006-embedded-servers-stop-with-the-app.md).
 *
 * The last signal goes to the whole process group and also ends the watcher and its sleep. PostgreSQL's
 * processes have their own groups. The signal to the server is repeated, because a server without signal
 * handlers loses it: a shell starts background commands with SIGINT ignored.
 *
 * The server and its children inherit the lock (descriptor 9). It is free only when the last of them has
 * exited, even if the guard was killed. Without flock(1) (macOS) or locks of the file system, the owner and
 * pid files serve the same purpose.
 */
const GUARD = `
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

/** Exit status of a guard that could not get the lock (EX_TEMPFAIL of sysexits.h). */
export const LOCKED = 75;

export interface GuardedCommand {
  command: string[];
  /** Signal that stops the server: `INT` is a fast shutdown for PostgreSQL, `TERM` for Redis. */
  signal: 'INT' | 'TERM';
  /** Holds `lock`, `owner` and `pid`. */
  directory: string;
  /** Files of a server that was killed. Removed when the lock is held. */
  staleFile?: string;
  /** File that receives the output of the server. */
  logFile: string;
  env?: NodeJS.ProcessEnv;
}

export interface GuardedProcess {
  /** Exit status of the server; 128 and more for a signal. */
  readonly exited: Promise<number>;
  readonly hasExited: boolean;
  /** Stops the server and waits at most `timeoutMs`. Returns false when it still runs. */
  stop(timeoutMs?: number): Promise<boolean>;
}

export function startGuardedProcess(options: GuardedCommand): GuardedProcess {
  const log = openSync(options.logFile, 'a', 0o600);
  const { signal, directory, staleFile, command } = options;
  const owner = processIdentity(process.pid)!;
  const child = spawn(
    '/bin/sh',
    ['-c', GUARD, 'pressroom-guard', signal, directory, owner, staleFile ?? '', ...command],
    { detached: true, stdio: ['pipe', log, log], env: options.env ?? process.env, cwd: directory },
  );
  closeSync(log);
  // The guard may exit before the pipe is closed, which needs no action.
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
