import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Returns `<pid>@<start time>`, which tells a process from a later one with the same pid. Undefined when
 * the process does not exist. A zombie counts as not existing.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const started = psField(pid, 'lstart');
    return started && `${pid}@${started.replace(/\s+/g, '-')}`;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc(5): the name in parentheses may hold spaces; state is field 3 and start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    return `${pid}@${boot}-${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Returns the pid of an identity whose process still runs; undefined when it has exited. */
export function runningPid(identity: string | undefined): number | undefined {
  const pid = Number.parseInt(identity ?? '', 10);
  return pid > 0 && processIdentity(pid) === identity?.trim() ? pid : undefined;
}

/** Returns whether the command line of process `pid` names `directory`. */
export function runsInDirectory(pid: number, directory: string): boolean {
  if (processIdentity(pid) === undefined) return false;
  if (process.platform !== 'linux') return psField(pid, 'command')?.includes(directory) ?? false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory);
  } catch {
    return false;
  }
}

function psField(pid: number, field: string): string | undefined {
  try {
    const printed = execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return printed.trim() || undefined;
  } catch {
    return undefined;
  }
}
