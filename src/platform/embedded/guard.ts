import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { processIdentity } from './process-identity.js';

/**
 * Runs a server that ends with the app, however the app ends. The guard's standard input is a pipe
 * from the app: its end of file (stop, crash, `kill -9`) makes the guard signal the server until it
 * is gone. Guard and server are a session of their own, so Ctrl-C reaches the app alone
 * (docs/adr/0006-private-servers-end-with-the-app.md).
 *
 * The last signal, to the whole process group, takes the watcher and its sleep along; PostgreSQL's
 * processes are in groups of their own. The signal to the server is repeated because it is lost on
 * one that has not set its handlers yet: a shell starts background commands with SIGINT ignored.
 *
 * The lock (descriptor 9) is handed on to the server and its children: it is free only when the
 * last of them is gone, even if the guard was killed. Where flock(1) is missing (macOS) or the file
 * system has no locks, the owner and pid files have to do.
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

/** Exit status of a guard that found the lock taken (EX_TEMPFAIL of sysexits.h). */
export const LOCKED = 75;

export interface GuardedCommand {
  command: string[];
  /** What asks the server to end: `INT` is a fast shutdown for PostgreSQL, `TERM` for Redis. */
  signal: 'INT' | 'TERM';
  /** Holds `lock`, `owner` and `pid`. */
  directory: string;
  /** Left by a server that was killed; removed once the lock is ours. */
  staleFile?: string;
  /** Receives what the server prints. */
  logFile: string;
  env?: NodeJS.ProcessEnv;
}

export interface Guarded {
  /** Exit status of the server; 128 and more for a signal. */
  readonly exited: Promise<number>;
  readonly hasExited: boolean;
  /** Asks the server to end and waits for it, at most `timeoutMs`; false when it still runs then. */
  stop(timeoutMs?: number): Promise<boolean>;
}

export function startGuarded(options: GuardedCommand): Guarded {
  const log = openSync(options.logFile, 'a', 0o600);
  const { signal, directory, staleFile, command } = options;
  const owner = processIdentity(process.pid)!;
  const child = spawn(
    '/bin/sh',
    ['-c', GUARD, 'pressroom-guard', signal, directory, owner, staleFile ?? '', ...command],
    { detached: true, stdio: ['pipe', log, log], env: options.env ?? process.env, cwd: directory },
  );
  closeSync(log);
  // The guard may be gone before the pipe is closed; there is nothing to be done about it then.
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
