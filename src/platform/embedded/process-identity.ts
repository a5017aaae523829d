import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Returns `<pid>@<start time>`, which distinguishes a process from a later one with the same PID. Returns
 * undefined if the process does not exist or is a zombie.
 */
export function readProcessIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const startTime = readPsField(pid, 'lstart');
    return startTime && `${pid}@${startTime.replace(/\s+/g, '-')}`;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may contain spaces. Field 3 is the state, and field 22 is the start time (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    return `${pid}@${bootId}-${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Returns the PID of an identity if the process is still running; otherwise undefined. */
export function findRunningPid(identity: string | undefined): number | undefined {
  const pid = Number.parseInt(identity ?? '', 10);
  return pid > 0 && readProcessIdentity(pid) === identity?.trim() ? pid : undefined;
}

/** Returns whether process `pid` is running and its command line contains `directory`. */
export function runsInDirectory(pid: number, directory: string): boolean {
  if (readProcessIdentity(pid) === undefined) return false;
  if (process.platform !== 'linux')
    return readPsField(pid, 'command')?.includes(directory) ?? false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory);
  } catch {
    return false;
  }
}

function readPsField(pid: number, field: string): string | undefined {
  try {
    const output = execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.trim() || undefined;
  } catch {
    return undefined;
  }
}
