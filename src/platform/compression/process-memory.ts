import { existsSync, readFileSync } from 'node:fs';

const KiB = 1024;
/** V8 and thread stacks, in addition to the memory of an image. */
const OVERHEAD_BYTES = 1024 * 1024 * KiB;
const SHELL = '/bin/sh';

const isLinux = process.platform === 'linux';

/** Outside Linux, a decoder reports its memory to its parent while it responds. */
export const reportsMemory = !isLinux;

/** Returns the resident bytes of a child process; undefined if `/proc` does not list it. */
export function residentBytes(pid: number | undefined): number | undefined {
  if (!isLinux || pid === undefined) return undefined;
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found ? Number(found[1]) * KiB : undefined;
  } catch {
    // The process has just exited; its exit is handled elsewhere.
    return undefined;
  }
}

/**
 * Returns how to start a process whose allocations fail beyond a limit (`RLIMIT_DATA`, Linux only). The
 * parent checks its memory periodically. This limits the growth between two checks.
 * @returns options of `fork`; empty if unsupported
 */
export function withDataLimit(
  maxMemoryBytes: number | undefined,
): { execPath: string; execArgv: string[] } | { execArgv: string[] } {
  if (!isLinux || maxMemoryBytes === undefined || !existsSync(SHELL)) return { execArgv: [] };
  const kib = Math.ceil((maxMemoryBytes + OVERHEAD_BYTES) / KiB);
  // The shell replaces itself: the process id is that of Node.js.
  return {
    execPath: SHELL,
    execArgv: ['-c', `ulimit -d ${kib}; exec "$0" "$@"`, process.execPath],
  };
}
