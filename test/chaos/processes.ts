import { readdir, readFile } from 'node:fs/promises';

/** Children of a process whose command line holds `name`, from Linux' /proc. */
export async function childrenOf(parent: number, name: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
        // The name, in brackets, may hold anything; state and parent follow it.
        const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        if (ppid !== parent) return undefined;
        return (await readFile(`/proc/${pid}/cmdline`, 'latin1')).includes(name) ? pid : undefined;
      } catch {
        return undefined;
      }
    }),
  );
  return found.filter((pid) => pid !== undefined);
}
