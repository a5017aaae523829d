import { readdir, readFile } from 'node:fs/promises';

/** Returns the child processes whose command line contains `name`. Needs the `/proc` of Linux. */
export async function childrenOf(parent: number, name: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
        // The name in brackets may contain any character. State and parent follow it.
        const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        if (ppid !== parent) return undefined;
        return (await readFile(`/proc/${pid}/cmdline`, 'latin1')).includes(name) ? pid : undefined;
      } catch {
        // The process has ended in the meantime.
        return undefined;
      }
    }),
  );
  return found.filter((pid) => pid !== undefined);
}
