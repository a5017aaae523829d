import { existsSync, readFileSync } from 'node:fs';

const KiB = 1024;
/** V8 and thread stacks, in addition to the image memory. */
const OVERHEAD_BYTES = 1024 * 1024 * KiB;
const SHELL_PATH = '/bin/sh';

const isLinux = process.platform === 'linux';

/** Outside Linux, a decoder regularly reports its memory to its parent. */
export const reportsMemory = !isLinux;

/** Returns the resident bytes of a child process; undefined if `/proc` does not list it. */
export function readResidentBytes(pid: number | undefined): number | undefined {
  if (!isLinux || pid === undefined) return undefined;
  try {
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return match ? Number(match[1]) * KiB : undefined;
  } catch {
    // The process has just exited; its exit is handled elsewhere.
    return undefined;
  }
}

/**
 * Returns `fork` options for a process whose allocations fail beyond a limit (`RLIMIT_DATA`, Linux only).
 * The parent checks the memory periodically. The limit restricts growth between two checks.
 * @returns no `execPath` and no arguments if unsupported
 */
export function createDataLimitOptions(
  maxMemoryBytes: number | undefined,
): { execPath: string; execArgv: string[] } | { execArgv: string[] } {
  if (!isLinux || maxMemoryBytes === undefined || !existsSync(SHELL_PATH)) return { execArgv: [] };
  const kib = Math.ceil((maxMemoryBytes + OVERHEAD_BYTES) / KiB);
  // The shell replaces itself with Node.js, which keeps the process ID.
  return {
    execPath: SHELL_PATH,
    execArgv: ['-c', `ulimit -d ${kib}; exec "$0" "$@"`, process.execPath],
  };
}
