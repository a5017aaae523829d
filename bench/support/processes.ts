import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

/** Returns the IDs of a process and its descendants. */
export function listProcessTree(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat) parents.set(Number(name), Number(stat[1]));
  }
  const processes = [pid];
  for (const member of processes) {
    for (const [child, parent] of parents) if (parent === member) processes.push(child);
  }
  return processes;
}

/** Returns the IDs of the children of a process. */
export const listChildren = (pid: number): number[] =>
  listProcessTree(pid).filter((member) => Number(readStat(member)?.[1]) === pid);

/** Returns the user and system time of the processes in milliseconds. */
export function readCpuMs(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readStat(pid);
    return sum + (stat ? (Number(stat[11]) + Number(stat[12])) * TICK_MS : 0);
  }, 0);
}

/** Returns the user and system time of a process and its descendants in milliseconds, including exited ones. */
export function readTreeCpuMs(pid: number): number {
  return listProcessTree(pid).reduce((sum, member) => {
    const times = readStat(member)?.slice(11, 15) ?? [];
    return sum + times.reduce((ticks, time) => ticks + Number(time), 0) * TICK_MS;
  }, 0);
}

/** Returns the proportional set size in MB, which counts shared pages once. */
export function readMemoryMb(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const pss = /^Pss:\s+(\d+) kB/m.exec(readIfPresent(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
    return sum + Number(pss ?? 0) / 1024;
  }, 0);
}

/** Samples the memory of a process tree. `stop()` returns the maximum in MB. */
export class PeakMemory {
  private peakMb = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.sample();
    this.timer = setInterval(() => this.sample(), 200);
  }

  stop(): number {
    clearInterval(this.timer);
    this.sample();
    return this.peakMb;
  }

  private sample(): void {
    this.peakMb = Math.max(this.peakMb, readMemoryMb(listProcessTree(this.pid)));
  }
}

/** Returns the name of the program, or undefined if the process has exited. */
export const readProcessName = (pid: number): string | undefined =>
  readIfPresent(`/proc/${pid}/comm`)?.trim();

/** Returns the state in proc(5), e.g. `S` or `Z`, or undefined if the process has exited. */
export const readProcessState = (pid: number): string | undefined => readStat(pid)?.[0];

/** Returns the fields of proc(5) `stat` after the name, which may contain spaces. The first is the state. */
function readStat(pid: number): string[] | undefined {
  const text = readIfPresent(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
