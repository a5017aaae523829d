import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

/** The process and all that descend from it. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
    if (stat) parents.set(Number(name), Number(stat[1]));
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

/** User and system time of the given processes so far, in milliseconds. */
export function cpuMs(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readStat(pid);
    return sum + (stat ? (Number(stat[11]) + Number(stat[12])) * TICK_MS : 0);
  }, 0);
}

/** Proportional set size in MB: shared pages are counted once. */
export function memoryMb(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const pss = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1];
    return sum + Number(pss ?? 0) / 1024;
  }, 0);
}

/** Remembers the most memory that a family of processes had, until it is stopped. */
export class PeakMemory {
  private peak = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pid: number) {
    this.look();
    this.timer = setInterval(() => this.look(), 200);
  }

  stop(): number {
    clearInterval(this.timer);
    this.look();
    return this.peak;
  }

  private look(): void {
    this.peak = Math.max(this.peak, memoryMb(familyOf(this.pid)));
  }
}

/** Fields of proc(5) `stat` after the name, which may hold blanks; [0] is the state. */
function readStat(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
