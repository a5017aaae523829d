import { existsSync, readFileSync } from 'node:fs';

const KiB = 1024;
/** V8 and the stacks of threads, beside what an image needs. */
const OVERHEAD_BYTES = 1024 * 1024 * KiB;
const SHELL = '/bin/sh';

const isLinux = process.platform === 'linux';

/** Outside Linux a decoder tells its parent how much memory it uses, as far as it still responds. */
export const reportsMemory = !isLinux;

/** Resident bytes of a process of ours; undefined where `/proc` does not tell them. */
export function residentBytes(pid: number | undefined): number | undefined {
  if (!isLinux || pid === undefined) return undefined;
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found ? Number(found[1]) * KiB : undefined;
  } catch {
    // It has just ended; its exit is noticed elsewhere.
    return undefined;
  }
}

/**
 * How to start a process whose allocations fail beyond a limit (`RLIMIT_DATA`, Linux only). The
 * parent looks at its memory from time to time; this bounds what it may take in between.
 * @returns options of `fork`; none where it is not possible
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
