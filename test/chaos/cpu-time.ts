import { readFileSync } from 'node:fs';

/** Ticks per second in `/proc/self/stat`. The value is the same on every Linux system. */
const TICKS_PER_SECOND = 100;
/** Indexes of the CPU times of ended child processes in the fields after the process name (proc_pid_stat(5)). */
const CHILD_USER_TIME_INDEX = 13;
const CHILD_SYSTEM_TIME_INDEX = 14;

/**
 * Returns the CPU seconds of this process and of its ended child processes with their children. Excludes children
 * whose parent was killed. On platforms other than Linux, returns only the CPU seconds of this process.
 */
export function readCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + readChildSeconds();
}

function readChildSeconds(): number {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (
    (Number(fields[CHILD_USER_TIME_INDEX]) + Number(fields[CHILD_SYSTEM_TIME_INDEX])) /
    TICKS_PER_SECOND
  );
}
