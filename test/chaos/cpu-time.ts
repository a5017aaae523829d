import { readFileSync } from 'node:fs';

/** Ticks per second of `/proc/self/stat`, which Linux keeps constant for programs. */
const TICKS_PER_SECOND = 100;
/** Indexes of the CPU times of ended child processes in the fields after the process name (proc_pid_stat(5)). */
const CHILD_USER_TIME_INDEX = 13;
const CHILD_SYSTEM_TIME_INDEX = 14;

/**
 * Returns the CPU seconds of this process and of its ended child processes with their children. A child
 * whose parent was killed is not included. On platforms other than Linux, only
 * this process is included.
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
