import { readFileSync } from 'node:fs';

/** Ticks per second of `/proc/self/stat`, which Linux keeps constant for programs. */
const TICKS_PER_SECOND = 100;
/** Positions of the times of ended children, counted after the process name (proc_pid_stat(5)). */
const CHILDREN_USER = 13;
const CHILDREN_SYSTEM = 14;

/**
 * Returns the CPU seconds of this process and of its ended child processes with their children. A child
 * whose parent was killed is not included. Outside Linux, only this process is.
 */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + childSeconds();
}

function childSeconds(): number {
  if (process.platform !== 'linux') return 0;
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[CHILDREN_USER]) + Number(fields[CHILDREN_SYSTEM])) / TICKS_PER_SECOND;
}
